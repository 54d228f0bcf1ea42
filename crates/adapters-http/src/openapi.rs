//! The `OpenAPI` 3.1 document: nothing but the route table, read in another way.

mod errors;

use std::sync::LazyLock;

use axum::http::Method;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Requirement;
use serde::Serialize;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use crate::description::{Access, Description, Envelope, Limit, Nobody, Rule};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::{NoPath, PathParameter};
use crate::pipeline::source_of;
use crate::routes::{Route, table};
use crate::schema::{NoParameters, Source, query_parameters, request_schema};

const JSON: &str = "application/json";
const USER_ID: &str = "X-User-Id";
const AUTH_TOKEN: &str = "X-Auth-Token";

/// The schema of an answer, and those that it refers to.
pub(crate) struct AnswerSchema {
    pub(crate) schema: RefOr<Schema>,
    parts: Vec<(String, RefOr<Schema>)>,
}

impl AnswerSchema {
    pub(crate) fn of<T: ToSchema>() -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        Self { schema: T::schema(), parts }
    }
}

/// The whole document.
pub(crate) fn document() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new()
        .security_scheme(USER_ID, header(USER_ID, "The user's id, from the answer to a login."))
        .security_scheme(AUTH_TOKEN, header(AUTH_TOKEN, "The login token, or a personal access token."))
        .schemas_from_iter(errors::schemas());
    for route in table() {
        for method in route.methods {
            if let Some(http_method) = http_method(method) {
                let operation = operation(&route, method).build();
                paths.add_path_operation(route.path, vec![http_method], operation);
            }
        }
        components = components.schemas_from_iter(route.answer.parts);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("omnicontact")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("The omnicontact contact API, in the dialect of Rocket.Chat 8.6."))
                .build(),
        )
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn operation(route: &Route, method: &Method) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(route.operation_id(method)))
        .summary(Some(route.summary))
        .description(Some(who_may(route)))
        .response("200", answer(route));
    for security in securities(&route.rule) {
        operation = operation.security(security);
    }
    for parameter in route.path_parameters {
        operation = operation.parameter(path_parameter(*parameter));
    }
    match source_of(method) {
        Source::Query => {
            for parameter in query_parameters(&route.shape) {
                operation = operation.parameter(parameter);
            }
        }
        Source::Body => {
            if let Some(schema) = request_schema(&route.shape) {
                let content = ContentBuilder::new().schema(Some(schema)).build();
                let body = RequestBodyBuilder::new().content(JSON, content).required(Some(Required::True));
                operation = operation.request_body(Some(body.build()));
            }
        }
    }
    errors::responses(route, method)
        .into_iter()
        .fold(operation, |operation, (status, response)| operation.response(status, response))
}

fn path_parameter(PathParameter { name, about }: PathParameter) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(about.trim()))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

fn answer(route: &Route) -> utoipa::openapi::Response {
    let schema = || route.answer.schema.clone();
    let (content_type, schema) = match route.envelope {
        Envelope::Bare => (JSON, schema()),
        Envelope::Success => (JSON, with_success(schema())),
        Envelope::Page { content_type, .. } => (content_type, schema()),
    };
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(route.summary).content(content_type, content).build()
}

fn with_success(schema: RefOr<Schema>) -> RefOr<Schema> {
    let success = ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])).build();
    if let RefOr::T(Schema::Object(mut object)) = schema {
        object.properties.insert("success".to_owned(), success.into());
        object.required.push("success".to_owned());
        return RefOr::T(Schema::Object(object));
    }
    let envelope = ObjectBuilder::new().property("success", success).required("success").build();
    RefOr::T(AllOfBuilder::new().item(schema).item(envelope).build().into())
}

fn who_may(route: &Route) -> String {
    let names = |permissions: &[PermissionId]| {
        permissions.iter().map(|permission| format!("`{permission}`")).collect::<Vec<_>>().join(", ")
    };
    let who = match &route.rule {
        Rule::Public => "Anybody may call this.".to_owned(),
        Rule::Anyone(permissions) => {
            format!("Anybody may call this; callers with {} see more.", names(permissions))
        }
        Rule::SignedIn | Rule::Requires(Requirement::All([])) => {
            "Whoever is logged in may call this.".to_owned()
        }
        Rule::Requires(Requirement::All(permissions)) => format!("Requires {}.", names(permissions)),
        Rule::Requires(Requirement::Any(permissions)) => format!("Requires one of {}.", names(permissions)),
    };
    match route.asks {
        [] => who,
        asks => format!("{who} What is done or shown depends on {}.", names(asks)),
    }
}

fn securities(rule: &Rule) -> Vec<SecurityRequirement> {
    let none: [&str; 0] = [];
    let both = || SecurityRequirement::new(USER_ID, none).add(AUTH_TOKEN, none);
    match rule {
        Rule::Public => vec![],
        Rule::Anyone(_) => vec![SecurityRequirement::default(), both()],
        Rule::SignedIn | Rule::Requires(_) => vec![both()],
    }
}

fn header(name: &str, about: &str) -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)))
}

fn http_method(method: &Method) -> Option<HttpMethod> {
    [
        (Method::GET, HttpMethod::Get),
        (Method::POST, HttpMethod::Post),
        (Method::PUT, HttpMethod::Put),
        (Method::DELETE, HttpMethod::Delete),
    ]
    .into_iter()
    .find_map(|(known, documented)| (known == *method).then_some(documented))
}

static DOCUMENT: LazyLock<serde_json::Value> =
    LazyLock::new(|| serde_json::to_value(document()).unwrap_or_default());

/// The document as an answer.
#[derive(Debug, Serialize)]
pub(crate) struct OpenApiBody(&'static serde_json::Value);

impl PartialSchema for OpenApiBody {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().description(Some("An OpenAPI 3.1 document.")).build().into()
    }
}

impl ToSchema for OpenApiBody {}

/// See the API's description.
pub(crate) struct ShowOpenApi;

impl Endpoint for ShowOpenApi {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = OpenApiBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/openapi.json",
        operation: "show_openapi",
        summary: "See this document",
        access: Access::PUBLIC,
        limit: Limit::Unlimited,
        envelope: Envelope::Bare,
        errors: &[],
    };

    async fn handle(_: Call<Nobody>, _: NoParameters) -> Result<OpenApiBody, ApiError> {
        Ok(OpenApiBody(&DOCUMENT))
    }
}
