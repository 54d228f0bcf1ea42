//! One request on its way to a handler: credentials, permission, parameters, in this order
//! (contract, decision 1). No endpoint can go another way.

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::authorize;
use omnicontact_usecases::identity::authenticate;
use serde_json::Value;

use crate::answer::{self, Caching};
use crate::description::{Access, Rule, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::PathParameters as _;
use crate::request_id::RequestId;
use crate::schema::{Parameters as _, Source};
use crate::state::HttpState;
use crate::{body, client_address, credentials, envelope, query_string};

/// Who called, for the request log.
#[derive(Debug, Clone)]
pub(crate) struct CallerId(pub(crate) UserId);

/// Answers a request to an endpoint.
pub(crate) async fn serve<E: Endpoint>(state: HttpState, id: RequestId, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut caller = None;
    let answered = answer::<E>(&state, &parts, body, &mut caller).await;
    let mut response = answered.unwrap_or_else(|error| {
        state.outage().note(&error, &id);
        error.into_response()
    });
    if let Some(user_id) = caller {
        response.extensions_mut().insert(CallerId(user_id));
    }
    response
}

async fn answer<E: Endpoint>(
    state: &HttpState,
    parts: &Parts,
    body: Body,
    caller_id: &mut Option<UserId>,
) -> Result<Response, ApiError> {
    let description = E::DESCRIPTION;
    let address = client_address::of(parts, state.options().address_trust).map(|address| address.to_string());
    let signed_in = let_in(state, &description.access, parts, address.clone()).await?;
    *caller_id = signed_in.as_ref().map(|caller| caller.actor.user_id.clone());
    let caller = (description.access.caller)(signed_in).ok_or(ApiError::NotLoggedIn)?;
    // The rate limit belongs here: after permission, before parameters (contract, decision 1).
    let path = E::Path::read(description.path, parts.uri.path())?;
    let input = parameters::<E>(state, parts, body).await?;
    let output = E::handle(Call::new(state.clone(), caller, path, address), input).await?;
    if source_of(&parts.method) == Source::Body {
        state.outage().store_was_written();
    }
    let bytes = envelope::wrap(description.envelope, &output)?;
    Ok(answer::json(StatusCode::OK, bytes, Caching::Forbidden))
}

/// The caller, if the rule lets the caller in.
async fn let_in<C>(
    state: &HttpState,
    access: &Access<C>,
    parts: &Parts,
    address: Option<String>,
) -> Result<Option<SignedIn>, ApiError> {
    let permissions = match &access.rule {
        Rule::Public => return Ok(None),
        Rule::Anyone(permissions) => *permissions,
        Rule::SignedIn => &[],
        Rule::Requires(requirement) => requirement.permissions(),
    };
    let caller = who_calls(state, parts, &[permissions, access.asks].concat()).await?;
    let caller = caller.map(|caller| SignedIn { actor: caller.actor.at(address), ..caller });
    match &access.rule {
        Rule::Public | Rule::Anyone(_) => Ok(caller),
        Rule::SignedIn => named(caller, access.nameless).map(Some),
        Rule::Requires(requirement) => {
            let caller = named(caller, access.nameless)?;
            authorize(&caller.actor, requirement).map_err(|_| ApiError::NotPermitted)?;
            Ok(Some(caller))
        }
    }
}

/// Somebody, with a username unless the endpoint does without.
fn named(caller: Option<SignedIn>, nameless: bool) -> Result<SignedIn, ApiError> {
    let caller = caller.ok_or(ApiError::NotLoggedIn)?;
    if caller.actor.username.is_none() && !nameless { Err(ApiError::Nameless) } else { Ok(caller) }
}

async fn who_calls(
    state: &HttpState,
    parts: &Parts,
    permissions: &[PermissionId],
) -> Result<Option<SignedIn>, ApiError> {
    let Some(credentials) = credentials::of(&parts.headers) else { return Ok(None) };
    let actor = authenticate(state.ctx(), &credentials, permissions).await?;
    state.outage().store_was_read();
    Ok(actor.map(|actor| SignedIn { actor, token: credentials.token }))
}

async fn parameters<E: Endpoint>(state: &HttpState, parts: &Parts, body: Body) -> Result<E::Input, ApiError> {
    let source = source_of(&parts.method);
    let sent = match source {
        Source::Query => {
            let query = parts.uri.query().unwrap_or_default();
            Value::Object(query_string::parse(query).map_err(|_| ApiError::Query)?)
        }
        Source::Body => body::read(&parts.headers, body, state.options().body_limit).await?,
    };
    Ok(E::Input::read(sent, source)?)
}

/// Where a method carries its parameters. HEAD is GET without the answer's body.
pub(crate) fn source_of(method: &Method) -> Source {
    if *method == Method::GET || *method == Method::HEAD { Source::Query } else { Source::Body }
}

#[cfg(test)]
mod tests;
