//! Read one definition: `GET livechat/custom-fields/:_id`.

use omnicontact_domain::custom_field::{CustomField, CustomFieldId};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::CustomFieldError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The definition with that id, hidden or not. `None` for unknown ids, whatever they look like.
///
/// # Errors
/// [`CustomFieldError::Denied`], [`CustomFieldError::Store`].
pub async fn show_custom_field(
    ctx: &Context,
    actor: &Actor,
    id: &CustomFieldId,
) -> Result<Option<CustomField>, CustomFieldError> {
    authorize(actor, &REQUIRES)?;
    Ok(ctx.store.read().await?.custom_fields().find(id).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{definition, reading};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = show_custom_field(&context(MockStore::new()), &nobody(), &"plan".into()).await;
        assert!(matches!(refused, Err(CustomFieldError::Denied(_))));
    }

    #[tokio::test]
    async fn an_id_is_looked_up_as_it_is() {
        for stored in [Some(definition("Custom Field 1", &[])), None] {
            let mut tx = MockTransaction::default();
            let found = stored.clone();
            tx.custom_fields
                .expect_find()
                .withf(|id| id.as_str() == "Custom Field 1")
                .returning(move |_| Ok(found.clone()));
            let id = "Custom Field 1".into();
            assert_eq!(show_custom_field(&context(reading(tx)), &agent(), &id).await.unwrap(), stored);
        }
    }
}
