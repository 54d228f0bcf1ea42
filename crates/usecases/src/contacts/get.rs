//! Read one contact of the first API: `GET omnichannel/contact`.

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::visitor::Visitor;

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The visitor with that id. `None` for unknown ids and for erased visitors.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn get_contact(
    ctx: &Context,
    actor: &Actor,
    id: &VisitorId,
) -> Result<Option<Visitor>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let found = ctx.store.find_visitor(id).await?;
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
        let refused = get_contact(&ctx, &nobody(), &"v1".into()).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_erased_visitor_is_no_contact() {
        for (disabled, found) in [(false, true), (true, false)] {
            let mut store = MockStore::new();
            store.expect_find_visitor().returning(move |_| Ok(Some(visitor(disabled))));
            let answer = get_contact(&context(store), &agent(), &"v1".into()).await.unwrap();
            assert_eq!(answer.is_some(), found);
        }
    }
}
