//! The failures of a route in the `OpenAPI` document: those that follow from its description, and those that
//! its handler adds.

use std::collections::BTreeMap;

use axum::http::Method;
use utoipa::openapi::RefOr;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Ref, Schema, Type};

use super::JSON;
use crate::description::{Envelope, Limit, Rule};
use crate::pipeline::source_of;
use crate::routes::Route;
use crate::schema::{Object, Root, Source, Style};

const FAILURE: &str = "Failure";
const UNAUTHORIZED: &str = "Unauthorized";
const UNAVAILABLE: &str = "Unavailable";
const TOO_MANY: &str = "Error, too many requests. Please slow down. You must wait <n> seconds before trying this endpoint again. [error-too-many-requests]";

/// The responses other than 200, by status, and `default` for faults of the server.
pub(super) fn responses(route: &Route, method: &Method) -> BTreeMap<String, Response> {
    let mut texts: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let mut say = |status: u16, text: &str| texts.entry(status).or_default().push(text.to_owned());
    let signed_in = "You must be logged in to do this.";
    let permitted = "User does not have the permissions required for this action [error-unauthorized]";
    match route.rule {
        Rule::Public | Rule::Anyone(_) => {}
        Rule::SignedIn => say(401, signed_in),
        Rule::Requires(_) => {
            say(401, signed_in);
            say(403, permitted);
        }
    }
    match route.limit {
        Limit::Default | Limit::PerMinute(_) | Limit::SettingPerMinute(_) => say(429, TOO_MANY),
        Limit::Unlimited => {}
    }
    for text in parameter_texts(route) {
        say(400, text);
    }
    match source_of(method) {
        Source::Query => say(400, "Invalid query parameters"),
        Source::Body => say(413, "The request body is larger than <n> bytes [error-request-too-large]"),
    }
    for error in route.errors {
        say(error.status, error.text);
    }
    let is_page = matches!(route.envelope, Envelope::Page { .. });
    let documented = |status, texts: &[String]| {
        // Where a page is not found, nothing is: that is said in plain text.
        if is_page && status == 404 { plain_text(texts) } else { response(status, texts) }
    };
    let by_status = texts.into_iter().map(|(status, texts)| (status.to_string(), documented(status, &texts)));
    let fault = failure("Internal server error, or Service Unavailable while the store is away", FAILURE);
    by_status.chain([("default".to_owned(), fault)]).collect()
}

fn parameter_texts(route: &Route) -> Vec<&'static str> {
    let nul = "The value of field <x> holds a NUL character [error-invalid-params]";
    match (route.shape.root, route.shape.style) {
        (Root::Object(Object { fields: [], .. }), _) | (_, Style::Lenient)
            if !route.path_parameters.is_empty() =>
        {
            vec![nul]
        }
        (Root::Object(Object { fields: [], .. }), _) | (_, Style::Lenient) => vec![],
        (_, Style::Match) => vec!["Match error: <what> in field <x>", nul],
        (_, Style::AjvLegacy) => vec!["<what> [invalid-params]", nul],
        (_, Style::AjvTyped) => vec!["<what>", nul],
    }
}

fn response(status: u16, texts: &[String]) -> Response {
    let schema = match status {
        401 => UNAUTHORIZED,
        503 => UNAVAILABLE,
        _ => FAILURE,
    };
    let list: Vec<String> = texts.iter().map(|text| format!("- {text}")).collect();
    failure(&list.join("\n"), schema)
}

fn plain_text(texts: &[String]) -> Response {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(texts.join("\n")).content("text/plain; charset=UTF-8", content).build()
}

fn failure(about: &str, schema: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new().description(about).content(JSON, content).build()
}

/// The schemas of failures.
pub(super) fn schemas() -> Vec<(&'static str, RefOr<Schema>)> {
    let text = |about: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(about)).build();
    let never = || ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false])).build();
    let anything = |about: &str| ObjectBuilder::new().description(Some(about)).build();
    let failure = ObjectBuilder::new()
        .property("success", never())
        .property("error", text("What went wrong."))
        .property("errorType", text("The code, where there is one."))
        .property("details", anything("More, where there is more."))
        .required("success")
        .required("error");
    let unauthorized = ObjectBuilder::new()
        .property("success", never())
        .property("error", text("What went wrong."))
        .property("status", text("Always `error`."))
        .property("message", text("The same for people."))
        .property("details", anything("More, where there is more."))
        .required("success")
        .required("error")
        .required("status")
        .required("message");
    let unavailable =
        ObjectBuilder::new().property("status", text("Always `unavailable`.")).required("status");
    vec![
        (FAILURE, failure.build().into()),
        (UNAUTHORIZED, unauthorized.build().into()),
        (UNAVAILABLE, unavailable.build().into()),
    ]
}
