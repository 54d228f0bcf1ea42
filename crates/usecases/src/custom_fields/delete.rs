//! Remove a definition: `POST livechat/custom-fields.delete`. Stored values stay where they are.

use omnicontact_domain::custom_field::CustomFieldId;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::CustomFieldError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// Removes the definition. Of two who remove it at once, one does not find it.
///
/// # Errors
/// [`CustomFieldError::Denied`], [`CustomFieldError::NotFound`], [`CustomFieldError::Store`].
pub async fn delete_custom_field(
    ctx: &Context,
    actor: &Actor,
    id: &CustomFieldId,
) -> Result<(), CustomFieldError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || delete_once(ctx, id)).await
}

async fn delete_once(ctx: &Context, id: &CustomFieldId) -> Result<(), CustomFieldError> {
    let mut tx = ctx.store.begin().await?;
    if !tx.custom_fields().remove(id).await? {
        return Err(CustomFieldError::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, holding};
    use crate::prepared::writing;

    #[tokio::test]
    async fn an_agent_causes_no_transaction() {
        let refused = delete_custom_field(&context(MockStore::new()), &agent(), &"plan".into()).await;
        assert!(matches!(refused, Err(CustomFieldError::Denied(_))));
    }

    #[tokio::test]
    async fn what_was_there_is_removed_and_what_was_not_is_not_found() {
        for there in [true, false] {
            let mut tx = MockTransaction::default();
            tx.custom_fields.expect_remove().times(1).returning(move |_| Ok(there));
            let (store, committed) = writing(vec![tx]);
            let manager = holding(&[VIEW_LIVECHAT_MANAGER]);
            let answer = delete_custom_field(&context(store), &manager, &"plan".into()).await;
            assert_eq!(matches!(answer, Err(CustomFieldError::NotFound)), !there);
            assert_eq!(committed.load(Ordering::SeqCst), there);
        }
    }
}
