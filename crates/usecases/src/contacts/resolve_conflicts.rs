//! Decide about the conflicts of a contact: `POST omnichannel/contacts.conflicts`. Nothing is validated but the
//! manager, and no conversation is renamed.

use omnicontact_domain::contact::{Contact, ManagerChange, NoConflicts, Resolution};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::UPDATE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::RESOLVED_CONFLICTS_COUNT;
use omnicontact_domain::text::check_values;

use super::manager::check_manager;
use super::{EditError, lock};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[UPDATE_LIVECHAT_CONTACT]);

/// Writes what was decided and returns the contact as it is now.
///
/// # Errors
/// [`EditError`]: `Denied`, `OutOfBounds`, then `NotFound`, `NoConflicts`, `ManagerNotFound`, `Store`; nothing
/// was written then. `OutOfBounds` also when the contact would have too many custom values.
pub async fn resolve_conflicts(
    ctx: &Context,
    actor: &Actor,
    id: &ContactId,
    decided: Resolution,
) -> Result<Contact, EditError> {
    authorize(actor, &REQUIRES)?;
    decided.check_bounds()?;
    retried(ctx, || resolve_once(ctx, id, &decided)).await
}

async fn resolve_once(ctx: &Context, id: &ContactId, decided: &Resolution) -> Result<Contact, EditError> {
    let mut tx = ctx.store.begin().await?;
    let mut contact = lock(tx.as_mut(), id).await?.ok_or(EditError::NotFound)?;
    if contact.open_conflicts() == 0 {
        return Err(NoConflicts.into());
    }
    check_manager(tx.as_mut(), decided.manager.as_ref().and_then(ManagerChange::user)).await?;
    let now = ctx.clock.now();
    let wiped = contact.resolve_conflicts(decided.clone(), now)?;
    if !decided.custom_fields.is_empty() {
        contact.custom_fields.iter().try_for_each(|values| check_values("customFields", values))?;
    }
    tx.contacts().update(&contact).await?;
    if wiped > 0 {
        tx.settings().increase(RESOLVED_CONFLICTS_COUNT, wiped as u64, now).await?;
    }
    tx.commit().await?;
    Ok(contact)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::contact::ConflictingField;
    use omnicontact_domain::text::CUSTOM_VALUES_LIMIT;
    use omnicontact_domain::value::{Fields, Value};
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{mara, writing};

    fn torn() -> Contact {
        let conflicts = vec![ConflictingField::name("M."), ConflictingField::custom("plan", "pro".into())];
        Contact { conflicting_fields: Some(conflicts), unknown: true, ..mara() }
    }

    fn stored(contact: Option<Contact>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.contacts.expect_lock().returning(move |_| Ok(contact.clone()));
        tx.users.expect_find().returning(|_| Ok(None));
        tx
    }

    async fn resolve(tx: MockTransaction, decided: Resolution) -> (Result<Contact, EditError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let actor = holding(&[UPDATE_LIVECHAT_CONTACT]);
        let answer = resolve_conflicts(&context(store), &actor, &"c1".into(), decided).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let ctx = context(MockStore::new());
        let refused = resolve_conflicts(&ctx, &nobody(), &"c1".into(), Resolution::default()).await;
        assert!(matches!(refused, Err(EditError::Denied(_))));
    }

    #[tokio::test]
    async fn contact_then_conflicts_then_manager_are_checked() {
        let invalid = || Resolution { manager: Some(ManagerChange::of("invalid")), ..Resolution::default() };
        let mut erased = torn();
        erased.erase(NOW);
        for contact in [None, Some(erased)] {
            let (answer, committed) = resolve(stored(contact), invalid()).await;
            assert!(matches!(answer, Err(EditError::NotFound)) && !committed);
        }
        let (answer, committed) = resolve(stored(Some(mara())), invalid()).await;
        assert!(matches!(answer, Err(EditError::NoConflicts(_))) && !committed);
        let (answer, committed) = resolve(stored(Some(torn())), invalid()).await;
        assert!(matches!(answer, Err(EditError::ManagerNotFound)) && !committed);
    }

    #[tokio::test]
    async fn a_decision_is_written_and_neither_renames_nor_counts() {
        let mut tx = stored(Some(torn()));
        tx.contacts
            .expect_update()
            .withf(|contact| contact.name.as_deref() == Some("M.") && !contact.unknown)
            .times(1)
            .returning(|_| Ok(()));
        let decided = Resolution {
            name: Some("M.".into()),
            custom_fields: [("plan".to_owned(), Value::Number(1.0))].into_iter().collect(),
            ..Resolution::default()
        };
        let (answer, committed) = resolve(tx, decided).await;
        assert_eq!(answer.unwrap().conflicting_fields, Some(vec![]));
        assert!(committed);
    }

    #[tokio::test]
    async fn wiping_counts_what_was_dropped() {
        let mut tx = stored(Some(torn()));
        tx.contacts.expect_update().times(1).returning(|_| Ok(()));
        tx.settings
            .expect_increase()
            .withf(|id, by, _| id == RESOLVED_CONFLICTS_COUNT && *by == 2)
            .times(1)
            .returning(|_, _, _| Ok(()));
        let (answer, committed) =
            resolve(tx, Resolution { wipe_conflicts: true, ..Resolution::default() }).await;
        assert!(answer.is_ok() && committed);
    }

    #[tokio::test]
    async fn values_do_not_pile_up_without_end() {
        let full: Fields = (0..CUSTOM_VALUES_LIMIT).map(|number| (number.to_string(), Value::Null)).collect();
        let tx = stored(Some(Contact { custom_fields: Some(full), ..torn() }));
        let custom_fields = [("one more".to_owned(), Value::Null)].into_iter().collect();
        let (answer, committed) = resolve(tx, Resolution { custom_fields, ..Resolution::default() }).await;
        assert!(matches!(answer, Err(EditError::OutOfBounds(_))) && !committed);
    }
}
