//! Read one contact of the second API: `GET omnichannel/contacts.get`.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// The contact with that id. `None` for unknown ids and for erased contacts.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn show_contact(
    ctx: &Context,
    actor: &Actor,
    id: &ContactId,
) -> Result<Option<Contact>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let found = ctx.store.find_contact(id).await?;
    Ok(found.filter(|contact| contact.enabled))
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::{NOW, agent, context, holding};
    use crate::prepared::mara;

    #[tokio::test]
    async fn whoever_may_only_see_visitors_causes_no_look_up() {
        let refused = show_contact(&context(MockStore::new()), &agent(), &"c1".into()).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_erased_contact_is_none() {
        let mut erased = mara();
        erased.erase(NOW);
        for (stored, found) in [(Some(mara()), true), (Some(erased), false), (None, false)] {
            let mut store = MockStore::new();
            store.expect_find_contact().returning(move |_| Ok(stored.clone()));
            let actor = holding(&[VIEW_LIVECHAT_CONTACT]);
            let answer = show_contact(&context(store), &actor, &"c1".into()).await.unwrap();
            assert_eq!(answer.is_some(), found);
        }
    }
}
