//! Make or change a definition: `POST livechat/custom-fields.save`. It counts from the next request on.

use omnicontact_domain::custom_field::{CustomField, CustomFieldId, Definition};
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::CustomFieldError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// What is to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct SaveCustomField {
    /// The field to change; `None` for a new one.
    pub id: Option<CustomFieldId>,
    /// The id of a new field. That of a field cannot change.
    pub field: CustomFieldId,
    /// What is said of it.
    pub definition: Definition,
}

/// Stores the definition and returns it as it is now.
///
/// # Errors
/// [`CustomFieldError`]; nothing was written then.
pub async fn save_custom_field(
    ctx: &Context,
    actor: &Actor,
    request: &SaveCustomField,
) -> Result<CustomField, CustomFieldError> {
    authorize(actor, &REQUIRES)?;
    if request.id.is_none() {
        request.field.check()?;
    }
    request.definition.check()?;
    retried(ctx, || save_once(ctx, request)).await
}

async fn save_once(ctx: &Context, request: &SaveCustomField) -> Result<CustomField, CustomFieldError> {
    let mut tx = ctx.store.begin().await?;
    let now = ctx.clock.now();
    let field = match &request.id {
        Some(id) => change(tx.as_mut(), id, &request.definition, now).await?,
        None => create(tx.as_mut(), request, now).await?,
    };
    tx.commit().await?;
    Ok(field)
}

async fn create(
    tx: &mut dyn Transaction,
    request: &SaveCustomField,
    now: Timestamp,
) -> Result<CustomField, CustomFieldError> {
    let field = CustomField::define(request.field.clone(), request.definition.clone(), now);
    match tx.custom_fields().add(&field).await {
        Ok(()) => Ok(field),
        Err(StoreError::Conflict(Constraint::Id)) => Err(CustomFieldError::AlreadyExists),
        Err(error) => Err(error.into()),
    }
}

async fn change(
    tx: &mut dyn Transaction,
    id: &CustomFieldId,
    definition: &Definition,
    now: Timestamp,
) -> Result<CustomField, CustomFieldError> {
    let mut field = tx.custom_fields().find(id).await?.ok_or(CustomFieldError::NotFound)?;
    field.redefine(definition.clone(), now);
    tx.custom_fields().update(&field).await?;
    Ok(field)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::custom_field::{InvalidDefinition, Scope};
    use omnicontact_domain::permission::VIEW_L_ROOM;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding};
    use crate::prepared::{definition, writing};

    fn request(id: Option<&str>, field: &str, regexp: &str) -> SaveCustomField {
        let definition = Definition {
            label: "Plan".into(),
            scope: Scope::Room,
            visibility: "visible".into(),
            other: [("regexp".to_owned(), regexp.into())].into_iter().collect(),
        };
        SaveCustomField { id: id.map(Into::into), field: field.into(), definition }
    }

    async fn save(
        tx: MockTransaction,
        request: &SaveCustomField,
    ) -> (Result<CustomField, CustomFieldError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = save_custom_field(&context(store), &holding(&[VIEW_LIVECHAT_MANAGER]), request).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_agent_causes_no_transaction() {
        let agent = holding(&[VIEW_L_ROOM]);
        let refused = save_custom_field(&context(MockStore::new()), &agent, &request(None, "plan", "")).await;
        assert!(matches!(refused, Err(CustomFieldError::Denied(_))));
    }

    #[tokio::test]
    async fn what_cannot_be_stored_causes_no_transaction() {
        let manager = holding(&[VIEW_LIVECHAT_MANAGER]);
        for (request, error) in [
            (request(None, "a b", ""), InvalidDefinition::Id),
            (request(None, "plan", "("), InvalidDefinition::Pattern),
            (request(Some("plan"), "plan", "("), InvalidDefinition::Pattern),
        ] {
            let refused = save_custom_field(&context(MockStore::new()), &manager, &request).await;
            assert!(matches!(refused, Err(CustomFieldError::Invalid(refused)) if refused == error));
        }
    }

    #[tokio::test]
    async fn a_new_field_is_added() {
        let mut tx = MockTransaction::default();
        tx.custom_fields.expect_add().times(1).returning(|_| Ok(()));
        let (answer, committed) = save(tx, &request(None, "plan", "^a")).await;
        let field = answer.unwrap();
        assert_eq!((field.id.as_str(), field.updated_at), ("plan", NOW));
        assert!(committed);
    }

    #[tokio::test]
    async fn an_id_that_is_taken_is_refused() {
        let mut tx = MockTransaction::default();
        tx.custom_fields.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::Id)));
        let (answer, committed) = save(tx, &request(None, "plan", "")).await;
        assert!(matches!(answer, Err(CustomFieldError::AlreadyExists)) && !committed);
    }

    #[tokio::test]
    async fn a_changed_field_keeps_its_id_whatever_is_sent() {
        let mut tx = MockTransaction::default();
        tx.custom_fields
            .expect_find()
            .returning(|_| Ok(Some(definition("plan", &[("required", true.into())]))));
        tx.custom_fields
            .expect_update()
            .withf(|field| field.id.as_str() == "plan" && field.is_required() && field.scope == Scope::Room)
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = save(tx, &request(Some("plan"), "other", "")).await;
        assert_eq!(answer.unwrap().id.as_str(), "plan");
        assert!(committed);
    }

    #[tokio::test]
    async fn an_unknown_field_cannot_be_changed() {
        let mut tx = MockTransaction::default();
        tx.custom_fields.expect_find().returning(|_| Ok(None));
        let (answer, committed) = save(tx, &request(Some("plan"), "plan", "")).await;
        assert!(matches!(answer, Err(CustomFieldError::NotFound)) && !committed);
    }
}
