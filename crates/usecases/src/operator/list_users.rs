//! List all users: `omnicontact user list`.

use omnicontact_domain::user::User;
use omnicontact_ports::StoreError;

use crate::Context;

/// Users that are asked for at once.
const PAGE: u32 = 500;

/// All users by username; those without one come first.
///
/// # Errors
/// [`StoreError`].
pub async fn list_users(ctx: &Context) -> Result<Vec<User>, StoreError> {
    let mut tx = ctx.store.read().await?;
    let mut users: Vec<User> = Vec::new();
    loop {
        let page = tx.users().list(users.last().map(|user| &user.id), PAGE).await?;
        if page.is_empty() {
            break;
        }
        users.extend(page);
    }
    users.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(users)
}
