//! Show a visitor to an agent: `GET livechat/visitors.info`.

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::Prefetched;

use super::VisitorError;
use crate::{Context, prefetched};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The visitor with that id, which may have been read with the session, unless it was erased.
///
/// # Errors
/// [`VisitorError`].
pub async fn show_visitor(
    ctx: &Context,
    actor: &Actor,
    id: &VisitorId,
    prefetched: Option<Prefetched>,
) -> Result<Visitor, VisitorError> {
    authorize(actor, &REQUIRES)?;
    let found = prefetched::visitor(ctx, id, prefetched).await?;
    found.filter(|visitor| !visitor.disabled).ok_or(VisitorError::NotFound)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::{NOW, agent, context, nobody};
    use crate::prepared::visitor;

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let prefetched = Some(Prefetched::Visitor("v1".into(), Some(Box::new(visitor("v1")))));
        let refused = show_visitor(&context(MockStore::new()), &nobody(), &"v1".into(), prefetched).await;
        assert!(matches!(refused, Err(VisitorError::Denied(_))));
    }

    #[tokio::test]
    async fn an_erased_visitor_is_not_found() {
        let mut erased = visitor("v1");
        erased.erase(NOW);
        for (stored, found) in [(Some(visitor("v1")), true), (Some(erased), false), (None, false)] {
            let mut store = MockStore::new();
            let prefetched = Some(Prefetched::Visitor("v1".into(), stored.clone().map(Box::new)));
            store.expect_find_visitor().returning(move |_| Ok(stored.clone()));
            let answer = show_visitor(&context(store), &agent(), &"v1".into(), None).await;
            assert_eq!(answer.is_ok(), found);
            let ctx = context(MockStore::new());
            let prefetched = show_visitor(&ctx, &agent(), &"v1".into(), prefetched).await;
            assert_eq!(prefetched.is_ok(), found);
            assert!(found || matches!(answer, Err(VisitorError::NotFound)));
        }
    }
}
