//! See all roles: `GET roles.list`. Everybody with an account may.

use omnicontact_ports::{RoleRecord, StoreError};

use crate::Context;

/// All roles by ascending id.
///
/// # Errors
/// [`StoreError`].
pub async fn list_roles(ctx: &Context) -> Result<Vec<RoleRecord>, StoreError> {
    ctx.store.read().await?.access().list_roles().await
}
