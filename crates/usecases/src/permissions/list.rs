//! See the permissions with the roles that hold them: `GET permissions.listAll`. Everybody with an account may.

use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{PermissionRecord, StoreError};

use crate::Context;

/// The permissions by ascending id: all, or those that were written after `since`.
///
/// # Errors
/// [`StoreError`].
pub async fn list_permissions(
    ctx: &Context,
    since: Option<Timestamp>,
) -> Result<Vec<PermissionRecord>, StoreError> {
    let mut permissions = ctx.store.read().await?.access().list_permissions().await?;
    if let Some(since) = since {
        permissions.retain(|permission| permission.updated_at > since);
    }
    Ok(permissions)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};

    #[tokio::test]
    async fn only_what_was_written_later_is_new() {
        for (since, found) in [(None, 2), (Some(NOW.minus(Duration::from_secs(1))), 1), (Some(NOW), 0)] {
            let record = |id: &str, updated_at| PermissionRecord {
                id: id.to_owned().into(),
                roles: vec![],
                updated_at,
            };
            let mut tx = MockTransaction::default();
            tx.access.expect_list_permissions().return_once(move || {
                Ok(vec![record("a", NOW), record("b", NOW.minus(Duration::from_secs(1)))])
            });
            let mut store = MockStore::new();
            store.expect_read().return_once(move || Ok(Box::new(tx)));
            assert_eq!(list_permissions(&context(store), since).await.unwrap().len(), found, "{since:?}");
        }
    }
}
