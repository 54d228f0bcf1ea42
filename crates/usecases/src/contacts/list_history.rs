//! Show the closed conversations of a contact: `GET omnichannel/contacts.history`.

use omnicontact_domain::conversation::HistoryOrder;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT_HISTORY;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_ports::{HistoryFilter, HistoryPage};

use super::HistoryError;
use crate::Context;

/// Who may. Whoever may sees all conversations, not only the own ones.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT_HISTORY]);

/// Which part of a history is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryQuery {
    /// The contact.
    pub contact_id: ContactId,
    /// What type or alias of the source contains, without regard to case; an empty text is no condition.
    pub source: Option<String>,
    /// Names of fields on the wire, the most important first. Without any, the last closed come first.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A page of the closed conversations, whether or not somebody served them, and how many there are in all.
///
/// # Errors
/// [`HistoryError`].
pub async fn list_history(
    ctx: &Context,
    actor: &Actor,
    query: &HistoryQuery,
) -> Result<HistoryPage, HistoryError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let found = tx.contacts().find(&query.contact_id).await?;
    if !found.is_some_and(|contact| contact.enabled) {
        return Err(HistoryError::NotFound);
    }
    let source = query.source.as_deref().filter(|source| !source.is_empty());
    let filter = HistoryFilter { contact_id: query.contact_id.clone(), source: source.map(normal_form) };
    Ok(tx.conversations().list_history(&filter, &order(&query.order), query.page).await?)
}

fn order(wanted: &Sort) -> Vec<(HistoryOrder, Direction)> {
    if wanted.is_empty() {
        return vec![(HistoryOrder::ClosedAt, Direction::Descending)];
    }
    let mut order: Vec<(HistoryOrder, Direction)> = Vec::new();
    for (field, direction) in wanted.by(HistoryOrder::parse) {
        if !order.iter().any(|(known, _)| *known == field) {
            order.push((field, direction));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::contact::Contact;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{mara, reading};

    fn query(source: Option<&str>, order: &[&str]) -> HistoryQuery {
        HistoryQuery {
            contact_id: "c1".into(),
            source: source.map(str::to_owned),
            order: Sort::new(order.iter().map(|name| ((*name).to_owned(), Direction::Ascending)).collect()),
            page: Page { offset: 5, limit: Some(10) },
        }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_history(&context(MockStore::new()), &nobody(), &query(None, &[])).await;
        assert!(matches!(refused, Err(HistoryError::Denied(_))));
    }

    #[tokio::test]
    async fn an_unknown_or_erased_contact_has_no_history() {
        for stored in [None, Some(Contact { enabled: false, ..mara() })] {
            let mut tx = MockTransaction::default();
            tx.contacts.expect_find().returning(move |_| Ok(stored.clone()));
            let actor = holding(&[VIEW_LIVECHAT_CONTACT_HISTORY]);
            let refused = list_history(&context(reading(tx)), &actor, &query(None, &[])).await;
            assert!(matches!(refused, Err(HistoryError::NotFound)));
        }
    }

    #[tokio::test]
    async fn source_and_order_are_brought_into_their_normal_forms() {
        use Direction::{Ascending, Descending};
        let newest = vec![(HistoryOrder::ClosedAt, Descending)];
        let named = vec![(HistoryOrder::StartedAt, Ascending), (HistoryOrder::Id, Ascending)];
        for (query, source, expected) in [
            (query(None, &[]), None, newest.clone()),
            (query(Some(""), &[]), None, newest.clone()),
            (query(Some("API"), &[]), Some("api"), newest),
            (query(None, &["ts", "nothing", "_id", "ts"]), None, named),
            (query(None, &["nothing"]), None, vec![]),
        ] {
            let mut tx = MockTransaction::default();
            tx.contacts.expect_find().returning(|_| Ok(Some(mara())));
            tx.conversations
                .expect_list_history()
                .withf(move |filter, order, page| {
                    filter.source.as_deref() == source && *order == expected && page.offset == 5
                })
                .times(1)
                .returning(|_, _, _| Ok(HistoryPage { conversations: vec![], total: 7 }));
            let actor = holding(&[VIEW_LIVECHAT_CONTACT_HISTORY]);
            let page = list_history(&context(reading(tx)), &actor, &query).await.unwrap();
            assert_eq!(page.total, 7);
        }
    }
}
