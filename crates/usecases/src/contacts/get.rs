//! Read one contact of the first API: `GET omnichannel/contact`.

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::Prefetched;

use super::ContactError;
use crate::{Context, prefetched};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The visitor with that id, which may have been read with the session. `None` for unknown ids and for erased visitors.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn get_contact(
    ctx: &Context,
    actor: &Actor,
    id: &VisitorId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Visitor>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let found = prefetched::visitor(ctx, id, prefetched).await?;
    Ok(found.filter(|visitor| !visitor.disabled))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::time::Timestamp;
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::contacts::ContactError;
    use crate::context::test::{agent, context, nobody};

    fn visitor(disabled: bool) -> Visitor {
        let new = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
        Visitor { disabled, ..new }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let prefetched = Some(Prefetched::Visitor("v1".into(), Some(Box::new(visitor(false)))));
        let refused = get_contact(&ctx, &nobody(), &"v1".into(), prefetched).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_erased_visitor_is_no_contact() {
        for (disabled, found) in [(false, true), (true, false)] {
            let mut store = MockStore::new();
            store.expect_find_visitor().returning(move |_| Ok(Some(visitor(disabled))));
            let answer = get_contact(&context(store), &agent(), &"v1".into(), None).await.unwrap();
            assert_eq!(answer.is_some(), found);
            let prefetched = Some(Prefetched::Visitor("v1".into(), Some(Box::new(visitor(disabled)))));
            let ctx = context(MockStore::new());
            let answer = get_contact(&ctx, &agent(), &"v1".into(), prefetched).await.unwrap();
            assert_eq!(answer.is_some(), found);
        }
    }
}
