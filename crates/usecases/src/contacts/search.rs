//! Find one contact of the first API: `GET omnichannel/contact.search`.

use omnicontact_domain::custom_field::{CustomField, Scope};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::text::fold;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::VisitorFilter;

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// What is looked for. All conditions hold at once; empty texts are no conditions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactQuery {
    /// An e-mail address, exactly as stored.
    pub email: Option<String>,
    /// A phone number, exactly as stored.
    pub phone: Option<String>,
    /// Texts by custom-field id; each is contained in the value, without regard to case.
    pub custom: Option<Value>,
}

/// The first visitor, in the order of first sight, that fits. `None` when nobody does, and when a custom
/// field is named that is not searchable and nothing else was given.
///
/// # Errors
/// [`ContactError::Denied`]; [`ContactError::NothingToSearch`] without a usable condition;
/// [`ContactError::Store`].
pub async fn search_contact(
    ctx: &Context,
    actor: &Actor,
    query: ContactQuery,
) -> Result<Option<Visitor>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let email = query.email.filter(|text| !text.is_empty());
    let phone = query.phone.filter(|text| !text.is_empty());
    let custom = custom_conditions(query.custom)?;
    if email.is_none() && phone.is_none() && custom.is_empty() {
        return Err(ContactError::NothingToSearch);
    }
    let mut tx = ctx.store.read().await?;
    let mut filter = VisitorFilter { email, phone, custom: Vec::new() };
    if !custom.is_empty() {
        let definitions = tx.custom_fields().list().await?;
        let named = custom.len();
        filter.custom = custom.into_iter().filter(|(key, _)| is_searchable(&definitions, key)).collect();
        let custom_alone = filter.email.is_none() && filter.phone.is_none();
        if custom_alone && filter.custom.len() < named {
            return Ok(None);
        }
    }
    Ok(tx.visitors().find_by_filter(&filter).await?)
}

/// The texts to look for, folded. Only an object of texts is usable.
fn custom_conditions(custom: Option<Value>) -> Result<Vec<(String, String)>, ContactError> {
    let fields = match custom {
        None => Fields::default(),
        Some(Value::Fields(fields)) => fields,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_)) => {
            return Err(ContactError::NothingToSearch);
        }
    };
    fields
        .iter()
        .map(|(key, value)| {
            let text = value.as_text().ok_or(ContactError::NothingToSearch)?;
            Ok((key.to_owned(), fold(text)))
        })
        .collect()
}

fn is_searchable(definitions: &[CustomField], key: &str) -> bool {
    definitions
        .iter()
        .any(|field| field.id.as_str() == key && field.scope == Scope::Visitor && field.is_searchable())
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::definition;

    fn field(id: &str, searchable: bool) -> CustomField {
        definition(id, &[("searchable", searchable.into())])
    }

    fn custom(pairs: &[(&str, &str)]) -> ContactQuery {
        let fields = pairs.iter().map(|(key, text)| ((*key).to_owned(), Value::from(*text))).collect();
        ContactQuery { custom: Some(Value::Fields(fields)), ..ContactQuery::default() }
    }

    /// A store with one searchable field, `plan`, that expects a search for exactly this, or none.
    fn store(expected: Option<VisitorFilter>) -> MockStore {
        let mut store = MockStore::new();
        store.expect_read().returning(move || {
            let mut tx = MockTransaction::default();
            tx.custom_fields
                .expect_list()
                .returning(|| Ok(vec![field("plan", true), field("secret", false)]));
            if let Some(filter) = expected.clone() {
                tx.visitors.expect_find_by_filter().with(eq(filter)).times(1).returning(|_| Ok(None));
            }
            Ok(Box::new(tx))
        });
        store
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let query = ContactQuery { email: Some("a@x".into()), ..ContactQuery::default() };
        let refused = search_contact(&context(MockStore::new()), &nobody(), query).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn nothing_usable_is_an_error_before_any_look_up() {
        let empty = Some(String::new());
        for query in [
            ContactQuery::default(),
            ContactQuery { email: empty.clone(), phone: empty, custom: None },
            custom(&[]),
            ContactQuery { custom: Some(Value::List(vec![])), ..ContactQuery::default() },
            ContactQuery {
                custom: Some(Value::Fields([("plan".to_owned(), Value::Number(1.0))].into_iter().collect())),
                ..ContactQuery::default()
            },
        ] {
            let answer = search_contact(&context(MockStore::new()), &agent(), query).await;
            assert!(matches!(answer, Err(ContactError::NothingToSearch)));
        }
    }

    #[tokio::test]
    async fn custom_texts_are_folded() {
        let expected =
            VisitorFilter { custom: vec![("plan".into(), "gold é".into())], ..VisitorFilter::default() };
        let query = custom(&[("plan", "GOLD É")]);
        search_contact(&context(store(Some(expected))), &agent(), query).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_that_is_not_searchable_finds_nobody() {
        for keys in [&[("$regex", "x")][..], &[("secret", "x")], &[("plan", "gold"), ("nothing", "x")]] {
            let answer = search_contact(&context(store(None)), &agent(), custom(keys)).await.unwrap();
            assert_eq!(answer, None);
        }
    }

    #[tokio::test]
    async fn beside_an_address_a_key_that_is_not_searchable_is_ignored() {
        let expected = VisitorFilter { email: Some("a@x".into()), ..VisitorFilter::default() };
        let query = ContactQuery { email: Some("a@x".into()), ..custom(&[("no", "x")]) };
        search_contact(&context(store(Some(expected))), &agent(), query).await.unwrap();
    }
}
