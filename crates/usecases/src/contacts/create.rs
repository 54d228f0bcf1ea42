//! Make a contact by hand: `POST omnichannel/contacts`.

use omnicontact_domain::contact::{Contact, NewContact};
use omnicontact_domain::custom_field::{UnknownKeys, validate};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::CREATE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::EditError;
use super::manager::check_manager;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[CREATE_LIVECHAT_CONTACT]);

/// Stores a new contact and returns its id. An empty manager is none. Nobody looks whether another contact has
/// the same address or number.
///
/// # Errors
/// [`EditError`]: `Denied`, `OutOfBounds`, `ManagerNotFound`, `CustomField`, `Store`; nothing was written then.
pub async fn create_contact(ctx: &Context, actor: &Actor, new: NewContact) -> Result<ContactId, EditError> {
    authorize(actor, &REQUIRES)?;
    new.check_bounds()?;
    let manager = new.manager.filter(|manager| !manager.as_str().is_empty());
    let new = NewContact { manager, ..new };
    retried(ctx, || create_once(ctx, &new)).await
}

async fn create_once(ctx: &Context, new: &NewContact) -> Result<ContactId, EditError> {
    let mut tx = ctx.store.begin().await?;
    check_manager(tx.as_mut(), new.manager.as_ref()).await?;
    let definitions = tx.custom_fields().list().await?;
    let custom_fields = validate(&definitions, &new.custom_fields, UnknownKeys::Refuse)?;
    let now = ctx.clock.now();
    let id = ContactId::from(ctx.ids.record_id(now));
    let contact = Contact::prepared(id, NewContact { custom_fields, ..new.clone() }, now);
    tx.contacts().add(&contact).await?;
    tx.commit().await?;
    Ok(contact.id)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::custom_field::InvalidCustomField;
    use omnicontact_domain::text::ADDRESSES_LIMIT;
    use omnicontact_domain::user::User;
    use omnicontact_domain::value::Fields;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{THEN, agent_user, definition, writing};

    fn lindt() -> NewContact {
        NewContact {
            name: "Mara Lindt".into(),
            emails: vec!["A@x".into(), "a@x".into()],
            phones: vec!["+49 30 1".into()],
            manager: Some("agent-1".into()),
            custom_fields: [("cf1".to_owned(), " 123 ".into())].into_iter().collect(),
        }
    }

    fn managed_by(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().withf(|id| id.as_str() == "agent-1").returning(move |_| Ok(user.clone()));
        tx.custom_fields.expect_list().returning(|| {
            Ok(vec![definition("cf1", &[("required", true.into()), ("regexp", "^[0-9]+$".into())])])
        });
        tx
    }

    async fn create(tx: MockTransaction, new: NewContact) -> (Result<ContactId, EditError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = create_contact(&context(store), &holding(&[CREATE_LIVECHAT_CONTACT]), new).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = create_contact(&context(MockStore::new()), &nobody(), lindt()).await;
        assert!(matches!(refused, Err(EditError::Denied(_))));
    }

    #[tokio::test]
    async fn too_much_causes_no_transaction() {
        let new = NewContact { emails: vec![String::new(); ADDRESSES_LIMIT + 1], ..lindt() };
        let refused =
            create_contact(&context(MockStore::new()), &holding(&[CREATE_LIVECHAT_CONTACT]), new).await;
        assert!(matches!(refused, Err(EditError::OutOfBounds(_))));
    }

    #[tokio::test]
    async fn addresses_are_stored_verbatim_and_values_trimmed() {
        let mut tx = managed_by(Some(agent_user("agent-1")));
        let custom_fields: Fields = [("cf1".to_owned(), "123".into())].into_iter().collect();
        let expected = Contact::prepared("new-record".into(), NewContact { custom_fields, ..lindt() }, NOW);
        tx.contacts.expect_add().withf(move |contact| *contact == expected).times(1).returning(|_| Ok(()));
        let (answer, committed) = create(tx, lindt()).await;
        assert_eq!(answer.unwrap().as_str(), "new-record");
        assert!(committed);
    }

    #[tokio::test]
    async fn a_manager_must_be_an_agent_and_is_looked_at_first() {
        let bad_value = || NewContact { custom_fields: Fields::default(), ..lindt() };
        for user in [None, Some(User::new("agent-1", THEN))] {
            let (answer, committed) = create(managed_by(user), bad_value()).await;
            assert!(matches!(answer, Err(EditError::ManagerNotFound)) && !committed);
        }
    }

    #[tokio::test]
    async fn an_empty_manager_is_none() {
        let mut tx = managed_by(None);
        tx.contacts.expect_add().withf(|contact| contact.manager.is_none()).times(1).returning(|_| Ok(()));
        let (answer, _) = create(tx, NewContact { manager: Some("".into()), ..lindt() }).await;
        assert!(answer.is_ok());
    }

    #[tokio::test]
    async fn a_refused_value_leaves_nothing_behind() {
        let unknown = [("cf1".to_owned(), "1".into()), ("cf2".to_owned(), "1".into())].into_iter().collect();
        for (custom_fields, error) in [
            (Fields::default(), InvalidCustomField::Value { name: "Label of cf1".into() }),
            (unknown, InvalidCustomField::NotAllowed { key: "cf2".into() }),
        ] {
            let new = NewContact { custom_fields, manager: None, ..lindt() };
            let (answer, committed) = create(managed_by(None), new).await;
            assert!(matches!(answer, Err(EditError::CustomField(refused)) if refused == error));
            assert!(!committed);
        }
    }
}
