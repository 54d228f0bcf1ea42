//! Search contacts of the second API: `GET omnichannel/contacts.search`.

use std::collections::{BTreeSet, HashMap};

use omnicontact_domain::contact::{Contact, ContactOrder};
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::user::User;
use omnicontact_ports::ContactFilter;

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// Fields that a list is ordered by at the most; further ones could decide about equals of all of these only.
const ORDER_LIMIT: usize = 8;

/// Which contacts are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactsQuery {
    /// What name, an e-mail address or a phone number contains, without regard to case.
    pub text: String,
    /// Whether contacts are wanted that nobody confirmed. No value means both.
    pub unknown: bool,
    /// Names of fields on the wire, the most important first. Without any, contacts come by name.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A contact with its manager.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedContact {
    /// The contact.
    pub contact: Contact,
    /// The user who is the manager; `None` also when the user is gone.
    pub manager: Option<User>,
}

/// A page of contacts, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedContacts {
    /// The contacts of the page.
    pub contacts: Vec<ListedContact>,
    /// How many contacts fit.
    pub total: u64,
}

/// The contacts that fit; erased ones never do.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn list_contacts(
    ctx: &Context,
    actor: &Actor,
    query: &ContactsQuery,
) -> Result<ListedContacts, ContactError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let filter = ContactFilter { term: SearchTerm::of(&query.text), unknown: query.unknown };
    let page = tx.contacts().list_page(&filter, &order(&query.order), query.page).await?;
    let named: BTreeSet<&UserId> =
        page.contacts.iter().filter_map(|contact| contact.manager.as_ref()).collect();
    let mut managers = HashMap::new();
    if !named.is_empty() {
        let ids: Vec<UserId> = named.into_iter().cloned().collect();
        let users = tx.users().find_many(&ids).await?;
        managers.extend(users.into_iter().map(|user| (user.id.clone(), user)));
    }
    let with_manager = |contact: Contact| {
        let manager = contact.manager.as_ref().and_then(|id| managers.get(id)).cloned();
        ListedContact { contact, manager }
    };
    Ok(ListedContacts { contacts: page.contacts.into_iter().map(with_manager).collect(), total: page.total })
}

fn order(wanted: &Sort) -> Vec<(ContactOrder, Direction)> {
    if wanted.is_empty() {
        return ContactOrder::DEFAULT.to_vec();
    }
    let mut order: Vec<(ContactOrder, Direction)> = Vec::new();
    for (field, direction) in wanted.by(ContactOrder::parse) {
        if order.len() < ORDER_LIMIT && !order.iter().any(|(known, _)| *known == field) {
            order.push((field, direction));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::ContactPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{agent_user, mara, reading};
    use Direction::{Ascending, Descending};

    fn query(text: &str, order: &[(&str, Direction)]) -> ContactsQuery {
        ContactsQuery {
            text: text.to_owned(),
            unknown: true,
            order: Sort::new(
                order.iter().map(|(name, direction)| ((*name).to_owned(), *direction)).collect(),
            ),
            page: Page { offset: 50, limit: Some(25) },
        }
    }

    async fn list(tx: MockTransaction, query: &ContactsQuery) -> ListedContacts {
        list_contacts(&context(reading(tx)), &holding(&[VIEW_LIVECHAT_CONTACT]), query).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_contacts(&context(MockStore::new()), &nobody(), &query("", &[])).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn text_and_order_are_brought_into_their_normal_forms() {
        let chats = vec![(ContactOrder::LastChatAt, Descending), (ContactOrder::Name, Ascending)];
        let many = Sort::new((0..20).map(|number| (format!("customFields.f{number}"), Ascending)).collect());
        let eight: Vec<_> =
            (0..8).map(|number| (ContactOrder::CustomField(format!("f{number}")), Ascending)).collect();
        for (query, term, expected) in [
            (query("", &[]), SearchTerm::Everything, ContactOrder::DEFAULT.to_vec()),
            (
                query(
                    "LINDT",
                    &[
                        ("lastChat.ts", Descending),
                        ("nothing", Ascending),
                        ("name", Ascending),
                        ("name", Descending),
                    ],
                ),
                SearchTerm::Long("lindt".into()),
                chats,
            ),
            (ContactsQuery { order: many, ..query("Ä", &[]) }, SearchTerm::Short("ä".into()), eight),
            (query("", &[("nothing", Ascending)]), SearchTerm::Everything, vec![]),
        ] {
            let mut tx = MockTransaction::default();
            let filter = ContactFilter { term, unknown: true };
            tx.contacts
                .expect_list_page()
                .withf(move |asked, order, page| *asked == filter && *order == expected && page.offset == 50)
                .times(1)
                .returning(|_, _, _| Ok(ContactPage { contacts: vec![], total: 99 }));
            assert_eq!(list(tx, &query).await, ListedContacts { contacts: vec![], total: 99 });
        }
    }

    #[tokio::test]
    async fn managers_are_looked_up_once_and_may_be_gone() {
        let managed = |manager: Option<&str>| Contact { manager: manager.map(Into::into), ..mara() };
        let contacts = vec![
            managed(Some("u2")),
            managed(None),
            managed(Some("u1")),
            managed(Some("u2")),
            managed(Some("gone")),
        ];
        let mut tx = MockTransaction::default();
        tx.contacts
            .expect_list_page()
            .returning(move |_, _, _| Ok(ContactPage { contacts: contacts.clone(), total: 5 }));
        tx.users
            .expect_find_many()
            .withf(|ids| *ids == ["gone".into(), "u1".into(), "u2".into()])
            .times(1)
            .returning(|_| Ok(vec![agent_user("u1"), agent_user("u2")]));
        let listed = list(tx, &query("", &[])).await;
        let managers: Vec<_> = listed
            .contacts
            .iter()
            .map(|listed| listed.manager.as_ref().map(|user| user.id.as_str()))
            .collect();
        assert_eq!(managers, [Some("u2"), None, Some("u1"), Some("u2"), None]);
    }
}
