//! Set several values: `POST livechat/custom.fields`.

use omnicontact_domain::custom_field::Assignment;
use omnicontact_domain::visitor::{Keeps, VisitorToken};

use super::AssignError;
use super::assign::assign;
use crate::Context;

/// Sets values like [`super::set_value::set_value`], all of them or none, but an empty stored value of the
/// visitor gives way. Returns them: those of conversations first, then those of the visitor.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`AssignError`]: `OutOfBounds`, then `UnknownToken`, `Refused` (also when there are none), `Store`; nothing
/// was written then.
pub async fn set_values(
    ctx: &Context,
    token: &VisitorToken,
    assignments: &[Assignment],
) -> Result<Vec<Assignment>, AssignError> {
    assign(ctx, token, assignments, Keeps::Truthy).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::contact::Contact;
    use omnicontact_domain::custom_field::{AssignmentError, CustomField, Scope};
    use omnicontact_domain::text::CUSTOM_VALUES_LIMIT;
    use omnicontact_domain::visitor::Visitor;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{definition, mara_with, visitor, writing};

    fn value(field: &str, overwrite: bool) -> Assignment {
        Assignment { field: field.into(), value: format!("new {field}"), overwrite }
    }

    fn definitions() -> Vec<CustomField> {
        let room = CustomField { scope: Scope::Room, ..definition("room", &[]) };
        vec![definition("cf1", &[]), room, definition("cf2", &[]), definition("cf3", &[])]
    }

    fn stored(guest: Visitor) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(move |_| Ok(Some(guest.clone())));
        tx.custom_fields.expect_list().returning(|| Ok(definitions()));
        tx
    }

    #[tokio::test]
    async fn too_many_values_cause_no_transaction() {
        let many = vec![value("cf1", true); CUSTOM_VALUES_LIMIT + 1];
        let refused = set_values(&context(MockStore::new()), &"v1".into(), &many).await;
        assert!(matches!(refused, Err(AssignError::OutOfBounds(_))));
    }

    #[tokio::test]
    async fn one_bad_value_or_none_at_all_leaves_nothing_behind() {
        for given in [vec![], vec![value("cf1", true), value("nothing", true)]] {
            let (store, committed) = writing(vec![stored(visitor("v1"))]);
            let refused = set_values(&context(store), &"v1".into(), &given).await;
            assert!(matches!(refused, Err(AssignError::Refused(AssignmentError::NoField))));
            assert!(!committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn all_values_reach_visitor_and_contact_and_come_back_rooms_first() {
        let old = [("cf1".to_owned(), "old".into()), ("cf2".to_owned(), "".into())];
        let guest = Visitor { livechat_data: Some(old.into_iter().collect()), ..visitor("v1") };
        let mut tx = stored(guest);
        tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec!["c1".into()]));
        tx.contacts.expect_lock().returning(|_| Ok(Some(mara_with(&["v1"]))));
        tx.contacts
            .expect_update()
            .withf(|contact: &Contact| contact.custom_fields.as_ref().is_some_and(|values| values.len() == 3))
            .times(1)
            .returning(|_| Ok(()));
        tx.visitors
            .expect_update()
            .withf(|visitor| {
                let values = visitor.livechat_data.as_ref().unwrap();
                let text = |field| values.get(field).and_then(|value| value.as_text()).unwrap();
                // The empty one gave way, the other one did not.
                ["cf1", "cf2", "cf3"].map(text) == ["old", "new cf2", "new cf3"]
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.conversations.expect_list_open_values().times(1).returning(|_| Ok(vec![]));
        let (store, committed) = writing(vec![tx]);
        let given = [value("cf3", true), value("cf1", false), value("room", true), value("cf2", false)];
        let answer = set_values(&context(store), &"v1".into(), &given).await.unwrap();
        let order: Vec<_> = answer.iter().map(|assignment| assignment.field.as_str()).collect();
        assert_eq!(order, ["room", "cf3", "cf1", "cf2"]);
        assert!(committed.load(Ordering::SeqCst));
    }
}
