//! Find visitors: `GET livechat/visitors.search` (contract, conversations 1.6).

use omnicontact_domain::custom_field::{CustomField, Scope};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::visitor::{VisitorOrder, VisitorSearch};
use omnicontact_ports::VisitorPage;

use super::VisitorError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// Which visitors are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitorsQuery {
    /// An address or a number, exactly; or a part of a name, a username or a searchable custom value, in whatever
    /// case. An empty text fits everybody.
    pub text: String,
    /// Keys of the wire, of which the first that means something counts. Without any, the newest come first.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A page of the visitors who fit, and how many there are in all.
///
/// # Errors
/// [`VisitorError::Denied`], [`VisitorError::Store`].
pub async fn search_visitors(
    ctx: &Context,
    actor: &Actor,
    query: VisitorsQuery,
) -> Result<VisitorPage, VisitorError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let definitions = tx.custom_fields().list().await?;
    let searched = definitions.into_iter().filter(is_searched).map(|field| field.id).collect();
    let search = VisitorSearch::new(query.text, searched);
    let order = query.order.by(VisitorOrder::parse).first().copied();
    let order = order.unwrap_or((VisitorOrder::SeenAt, Direction::Descending));
    Ok(tx.visitors().list_page(&search, order, query.page).await?)
}

fn is_searched(field: &CustomField) -> bool {
    field.scope == Scope::Visitor && field.is_searchable()
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{definition, reading};

    fn query(order: Vec<(String, Direction)>) -> VisitorsQuery {
        VisitorsQuery { text: "Ada".to_owned(), order: Sort::new(order), page: Page::ALL }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = search_visitors(&context(MockStore::new()), &nobody(), query(vec![])).await;
        assert!(matches!(refused, Err(VisitorError::Denied(_))));
    }

    #[tokio::test]
    async fn values_of_searchable_fields_of_visitors_are_searched_and_the_newest_come_first() {
        let newest = (VisitorOrder::SeenAt, Direction::Descending);
        let by_name = (VisitorOrder::Name, Direction::Ascending);
        for (sent, expected) in [
            (vec![], newest),
            (vec![("shoe".to_owned(), Direction::Ascending)], newest),
            (
                vec![("shoe".to_owned(), Direction::Descending), ("name".to_owned(), Direction::Ascending)],
                by_name,
            ),
        ] {
            let mut tx = MockTransaction::default();
            tx.custom_fields.expect_list().returning(|| {
                let open = definition("plan", &[("searchable", true.into())]);
                let of_room = CustomField { id: "topic".into(), scope: Scope::Room, ..open.clone() };
                Ok(vec![of_room, open, definition("secret", &[])])
            });
            tx.visitors
                .expect_list_page()
                .withf(move |search, order, _| {
                    *search == VisitorSearch::new("Ada".to_owned(), vec!["plan".into()]) && *order == expected
                })
                .times(1)
                .returning(|_, _, _| Ok(VisitorPage { visitors: vec![], total: 7 }));
            let page = search_visitors(&context(reading(tx)), &agent(), query(sent)).await.unwrap();
            assert_eq!(page.total, 7);
        }
    }
}
