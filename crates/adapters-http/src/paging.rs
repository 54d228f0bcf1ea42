//! Pages and orders of lists as requests ask for them (contract, framework 1.9). An endpoint declares its query
//! as a `paged struct`, takes the page from `call.page(&query)` and the order from `query.order()?`.

use omnicontact_domain::sort::{Direction, Sort};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::ApiError;

/// Parameters with `count`, `offset` and `sort`.
pub(crate) trait Paged {
    /// What was asked for, as numbers.
    fn count_and_offset(&self) -> (Option<f64>, Option<f64>);

    /// The order that was asked for, as sent.
    fn sort(&self) -> Option<&str>;

    /// The order that was asked for; an empty one when nothing was.
    fn order(&self) -> Result<Sort, ApiError> {
        match self.sort() {
            None | Some("") => Ok(Sort::default()),
            Some(text) => sort_of(text).ok_or_else(|| {
                let reason = format!("Invalid sort parameter provided: \"{text}\"");
                let error = ApiError::coded("error-invalid-sort", reason);
                error.with_details(json!({"helperMethod": "parseJsonQuery"}))
            }),
        }
    }
}

/// Reads an object whose values are all 1 or -1.
fn sort_of(text: &str) -> Option<Sort> {
    let Ok(Value::Object(keys)) = serde_json::from_str(text) else { return None };
    let direction = |value: &Value| match value.as_f64() {
        Some(1.0) => Some(Direction::Ascending),
        Some(-1.0) => Some(Direction::Descending),
        Some(_) | None => None,
    };
    let keys = keys.into_iter().map(|(key, value)| Some((key, direction(&value)?)));
    keys.collect::<Option<Vec<_>>>().map(Sort::new)
}

/// What stands behind the list in an answer with a page: flatten it into the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PageBody {
    /// How many items the page has.
    pub(crate) count: usize,
    /// How many items come before it.
    pub(crate) offset: u32,
    /// How many items there are in all.
    pub(crate) total: u64,
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::value::Fields;

    use super::*;
    use crate::schema::{Invalid, Parameters as _, Source, parameters};

    parameters! {
        /// Which users.
        paged struct Query: AjvTyped {
            /// Ignored.
            "fields" fields: Option<String>,
        }
    }

    parameters! {
        /// Nothing of its own.
        paged struct Plain: AjvLegacy {}
    }

    fn query(sent: Value) -> Query {
        Query::read(sent, Source::Query).unwrap()
    }

    #[test]
    fn numbers_come_as_texts() {
        let sent = json!({"count": "5", "offset": "1e1", "sort": "{}", "fields": "{}"});
        let query = query(sent);
        assert_eq!((query.count_and_offset(), query.sort()), ((Some(5.0), Some(10.0)), Some("{}")));
        assert_eq!(query.fields.as_deref(), Some("{}"));
        for odd in [json!({"count": "abc"}), json!({"count": ""}), json!({"offset": "1_000"})] {
            let invalid =
                |error_type, message: &str| Invalid::Schema { message: message.to_owned(), error_type };
            assert_eq!(
                Query::read(odd.clone(), Source::Query).unwrap_err(),
                invalid("error-invalid-params", "must be number")
            );
            assert_eq!(
                Plain::read(odd, Source::Query).unwrap_err(),
                invalid("invalid-params", "must be number [invalid-params]")
            );
        }
    }

    #[test]
    fn an_order_keeps_its_keys_in_order() {
        let order = query(json!({"sort": r#"{"name":-1,"_id":1,"a.b":1.0}"#})).order().unwrap();
        let order = order.by(|key| Some(key.to_owned()));
        let expected =
            [("name", Direction::Descending), ("_id", Direction::Ascending), ("a.b", Direction::Ascending)];
        assert_eq!(order, expected.map(|(key, direction)| (key.to_owned(), direction)));
        for none in [json!({}), json!({"sort": ""}), json!({"sort": "{}"})] {
            assert!(query(none).order().unwrap().is_empty());
        }
    }

    #[test]
    fn whatever_else_is_no_order() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        for text in [
            "{name:1}",
            "x",
            "null",
            "[]",
            "1",
            r#"{"a":0}"#,
            r#"{"a":"1"}"#,
            r#"{"a":true}"#,
            r#"{"a":1,"b":2}"#,
            &deep,
        ] {
            let refused = query(json!({"sort": text})).order().unwrap_err();
            let ApiError::Coded { code, reason, details } = refused else { panic!("{text}") };
            assert_eq!(code, "error-invalid-sort");
            assert_eq!(reason, format!("Invalid sort parameter provided: \"{text}\""));
            assert_eq!(*details.unwrap(), json!({"helperMethod": "parseJsonQuery"}));
        }
    }

    #[test]
    fn a_page_stands_behind_its_list() {
        #[derive(Serialize)]
        struct Body {
            users: Vec<Fields>,
            #[serde(flatten)]
            page: PageBody,
        }
        let body = Body { users: vec![], page: PageBody { count: 0, offset: 5, total: 7 } };
        assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"users":[],"count":0,"offset":5,"total":7}"#);
    }
}
