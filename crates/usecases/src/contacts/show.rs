//! Read one contact of the second API: `GET omnichannel/contacts.get`.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_ports::Prefetched;

use super::ContactError;
use crate::{Context, prefetched};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// The contact with that id, which may have been read with the session. `None` for unknown ids and for erased contacts.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn show_contact(
    ctx: &Context,
    actor: &Actor,
    id: &ContactId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Contact>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let found = prefetched::contact(ctx, id, prefetched).await?;
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
        let prefetched = Some(Prefetched::Contact("c1".into(), Some(Box::new(mara()))));
        let refused = show_contact(&context(MockStore::new()), &agent(), &"c1".into(), prefetched).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_erased_contact_is_none() {
        let mut erased = mara();
        erased.erase(NOW);
        for (stored, found) in [(Some(mara()), true), (Some(erased), false), (None, false)] {
            let mut store = MockStore::new();
            let prefetched = Some(Prefetched::Contact("c1".into(), stored.clone().map(Box::new)));
            store.expect_find_contact().returning(move |_| Ok(stored.clone()));
            let actor = holding(&[VIEW_LIVECHAT_CONTACT]);
            let answer = show_contact(&context(store), &actor, &"c1".into(), None).await.unwrap();
            assert_eq!(answer.is_some(), found);
            let ctx = context(MockStore::new());
            let answer = show_contact(&ctx, &actor, &"c1".into(), prefetched).await.unwrap();
            assert_eq!(answer.is_some(), found);
        }
    }
}
