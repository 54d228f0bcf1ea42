//! Laws of the search of contacts: terms, orders, pages, totals. The rules of the domain say what is expected.

use std::sync::Arc;

use omnicontact_domain::contact::{Contact, ContactOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::{SearchTerm, SearchText};
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_ports::{ContactFilter, ContactPage, Store};

use crate::data::arbitrary::{self, samples};
use crate::data::{contact, later, texts};
use crate::steps::add_contacts;

type Order = [(ContactOrder, Direction)];

async fn page(store: &dyn Store, filter: &ContactFilter, order: &Order, page: Page) -> ContactPage {
    store.read().await.unwrap().contacts().list_page(filter, order, page).await.unwrap()
}

fn filter(text: &str, unknown: bool) -> ContactFilter {
    ContactFilter { term: SearchTerm::of(text), unknown }
}

fn ids(contacts: &[Contact]) -> Vec<&str> {
    contacts.iter().map(|contact| contact.id.as_str()).collect()
}

/// Everything that fits, in order.
fn expected(contacts: &[Contact], filter: &ContactFilter, order: &Order) -> Vec<Contact> {
    let mut fit: Vec<Contact> = contacts
        .iter()
        .filter(|contact| contact.enabled && contact.unknown == filter.unknown)
        .filter(|contact| SearchText::of(contact).fits(&filter.term))
        .cloned()
        .collect();
    fit.sort_by(|one, other| ContactOrder::compare(order, one, other));
    fit
}

#[track_caller]
fn assert_page(found: &ContactPage, expected: &[Contact], total: usize, what: &str) {
    assert_eq!(ids(&found.contacts), ids(expected), "{what}");
    assert_eq!((&found.contacts[..], found.total), (expected, total as u64), "{what}");
}

/// Contacts of every kind: arbitrary ones, and some with values that many share.
async fn directory(store: &dyn Store) -> Vec<Contact> {
    let unique =
        |(number, contact): (u16, Contact)| Contact { id: format!("c{number:03}").into(), ..contact };
    let mut contacts: Vec<Contact> = samples(&arbitrary::contact()).into_iter().map(unique).collect();
    contacts.extend((0..40).map(|number| Contact {
        name: Some(["Mara", "mara", "Mära", "ΜΆΡΑΣ", "Zoe_5%\\"][number % 5].to_owned()),
        emails: texts(&[&format!("m{}@X.example", number % 7)]),
        phones: texts(&[&format!("+49 (30) {}", number % 11)]),
        custom_fields: Some(plan(number)),
        unknown: number % 4 == 0,
        enabled: number != 13,
        ..contact(&format!("d{number:02}"))
    }));
    add_contacts(store, &contacts).await;
    contacts
}

fn plan(number: usize) -> Fields {
    let value = match number % 4 {
        0 => Value::Null,
        1 => Value::Bool(number.is_multiple_of(3)),
        2 => Value::Number([-1.5, 0.0, 300.0][number % 3]),
        _ => Value::from(["gold", "Gold", ""][number % 3]),
    };
    [("plan".to_owned(), value)].into_iter().collect()
}

pub async fn every_term_finds_what_the_rule_says(store: Arc<dyn Store>) {
    let contacts = directory(&*store).await;
    let mut terms: Vec<String> =
        ["", "m", "MÄ", "άρα", "ΡΑΣ", "@x.", "(30) 1", "%", "_", ".*", "\"", "'", "\u{1f}", "not there"]
            .map(str::to_owned)
            .into();
    for contact in contacts.iter().step_by(3) {
        let fields = contact.name.iter().chain(contact.emails.iter().flatten());
        for field in fields {
            for length in [1, 2, 3, 4, 7, usize::MAX] {
                terms.push(field.chars().skip(usize::from(length < 4)).take(length).collect());
            }
        }
    }
    for term in terms {
        for unknown in [false, true] {
            let filter = filter(&term, unknown);
            let fit = expected(&contacts, &filter, &ContactOrder::DEFAULT);
            let found = page(&*store, &filter, &ContactOrder::DEFAULT, Page::ALL).await;
            assert_page(&found, &fit, fit.len(), &format!("{term:?}, unknown {unknown}"));
        }
    }
}

pub async fn every_order_is_the_one_of_the_rule(store: Arc<dyn Store>) {
    let contacts = directory(&*store).await;
    let fields = [
        ContactOrder::Id,
        ContactOrder::Name,
        ContactOrder::Email,
        ContactOrder::Phone,
        ContactOrder::Manager,
        ContactOrder::Unknown,
        ContactOrder::ConflictingField,
        ContactOrder::CustomField("plan".to_owned()),
        ContactOrder::CustomField("nobody has it".to_owned()),
        ContactOrder::ChannelName,
        ContactOrder::ChannelLastChatAt,
        ContactOrder::CreatedAt,
        ContactOrder::LastChatRoom,
        ContactOrder::LastChatAt,
        ContactOrder::ImportId,
        ContactOrder::Activity,
        ContactOrder::PreRegistration,
        ContactOrder::UpdatedAt,
    ];
    for field in fields {
        for direction in [Ascending, Descending] {
            for term in ["", "m", "mara"] {
                let filter = filter(term, false);
                let orders = [
                    vec![(field.clone(), direction)],
                    vec![(ContactOrder::PreRegistration, Descending), (field.clone(), direction)],
                ];
                for order in orders {
                    let fit = expected(&contacts, &filter, &order);
                    let found = page(&*store, &filter, &order, Page::ALL).await;
                    assert_page(&found, &fit, fit.len(), &format!("{term:?} by {order:?}"));
                }
            }
        }
    }
    let filter = filter("", false);
    let fit = expected(&contacts, &filter, &[]);
    assert_page(&page(&*store, &filter, &[], Page::ALL).await, &fit, fit.len(), "by id alone");
}

pub async fn pages_visit_each_contact_once(store: Arc<dyn Store>) {
    let contacts = directory(&*store).await;
    for term in ["", "m", "@x.example"] {
        let filter = filter(term, false);
        for direction in [Ascending, Descending] {
            let order = [(ContactOrder::Name, direction)];
            let fit = expected(&contacts, &filter, &order);
            for (number, part) in fit.chunks(7).enumerate() {
                let offset = u32::try_from(number * 7).unwrap();
                let found = page(&*store, &filter, &order, Page { offset, limit: Some(7) }).await;
                assert_page(&found, part, fit.len(), &format!("{term:?} from {offset}"));
            }
            let beyond = Page { offset: 10_000, limit: Some(7) };
            assert_page(&page(&*store, &filter, &order, beyond).await, &[], fit.len(), "beyond the end");
        }
    }
}

pub async fn the_very_next_search_sees_every_change(store: Arc<dyn Store>) {
    let mut known = Contact { emails: texts(&["first@x.example"]), ..contact("c1") };
    add_contacts(&*store, std::slice::from_ref(&known)).await;
    let changes: [fn(&mut Contact); 5] = [
        |contact| contact.name = Some("Renamed".into()),
        |contact| contact.emails = texts(&["second@x.example"]),
        |contact| contact.unknown = true,
        |contact| contact.phones = texts(&["+4930123456"]),
        |contact| contact.erase(later(1)),
    ];
    let terms = ["contact c1", "renamed", "first@x", "second@x", "+4930", "na", ""];
    for change in changes {
        change(&mut known);
        let mut tx = store.begin().await.unwrap();
        tx.contacts().update(&known).await.unwrap();
        tx.commit().await.unwrap();
        known.version = known.version.next();
        for term in terms {
            for unknown in [false, true] {
                let filter = filter(term, unknown);
                let fit = expected(std::slice::from_ref(&known), &filter, &[]);
                let found = page(&*store, &filter, &[], Page::ALL).await;
                assert_page(&found, &fit, fit.len(), &format!("{term:?}, unknown {unknown}"));
            }
        }
    }
}

pub async fn a_total_is_exact_within_the_transaction_that_changes_it(store: Arc<dyn Store>) {
    let filter = filter("contact", false);
    let mut tx = store.begin().await.unwrap();
    for number in 1..=5_u64 {
        tx.contacts().add(&contact(&format!("c{number}"))).await.unwrap();
        let found = tx.contacts().list_page(&filter, &[], Page { offset: 0, limit: Some(1) }).await.unwrap();
        assert_eq!((found.contacts.len(), found.total), (1, number));
    }
    drop(tx);
    let found = page(&*store, &filter, &[], Page::ALL).await;
    assert_eq!(found, ContactPage::default(), "what was dropped is not counted");
}
