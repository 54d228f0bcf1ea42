//! Complete the name of a visitor: `GET livechat/visitors.autocomplete` (contract, conversations 1.7).

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::text::NAME_LIMIT;
use omnicontact_domain::visitor::Visitor;

use super::VisitorError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// As many visitors are offered.
const OFFERED: u32 = 10;

/// The first visitors by name whose name begins with a text, in whatever case; blanks around it do not count. The
/// `except`ed are left out.
///
/// # Errors
/// [`VisitorError::Denied`], [`VisitorError::Store`].
pub async fn complete_visitor(
    ctx: &Context,
    actor: &Actor,
    text: &str,
    except: &[VisitorId],
) -> Result<Vec<Visitor>, VisitorError> {
    authorize(actor, &REQUIRES)?;
    let start = text.trim();
    if start.chars().take(NAME_LIMIT + 1).count() > NAME_LIMIT {
        // No name is so long.
        return Ok(Vec::new());
    }
    let mut tx = ctx.store.read().await?;
    Ok(tx.visitors().list_by_name_start(&normal_form(start), except, OFFERED).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{reading, visitor};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up_and_neither_does_what_is_no_name() {
        let ctx = context(MockStore::new());
        let refused = complete_visitor(&ctx, &nobody(), "ada", &[]).await;
        assert!(matches!(refused, Err(VisitorError::Denied(_))));
        let found = complete_visitor(&ctx, &agent(), &"a".repeat(NAME_LIMIT + 1), &[]).await;
        assert_eq!(found.unwrap(), []);
    }

    #[tokio::test]
    async fn ten_are_offered_and_blanks_around_the_text_do_not_count() {
        let mut tx = MockTransaction::default();
        tx.visitors
            .expect_list_by_name_start()
            .withf(|start, except, most| (start, *most) == ("ada b", 10) && except == ["v2".into()])
            .times(1)
            .returning(|_, _, _| Ok(vec![visitor("v1")]));
        let found = complete_visitor(&context(reading(tx)), &agent(), "  ADA b ", &["v2".into()]).await;
        assert_eq!(found.unwrap(), [visitor("v1")]);
    }
}
