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
use omnicontact_domain::setting::SettingValues;
use omnicontact_usecases::identity::{Authenticated, authenticate};
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
    let wanted = E::Input::SETTINGS;
    let entered = let_in(state, &description.access, parts, wanted).await?;
    let signed_in =
        entered.caller.map(|caller| SignedIn { actor: caller.actor.at(address.clone()), ..caller });
    *caller_id = signed_in.as_ref().map(|caller| caller.actor.user_id.clone());
    let caller = (description.access.caller)(signed_in).ok_or(ApiError::NotLoggedIn)?;
    // The rate limit belongs here: after permission, before parameters (contract, decision 1).
    let path = E::Path::read(description.path, parts.uri.path())?;
    let input = parameters::<E>(state, parts, body).await?;
    let call = Call { state: state.clone(), caller, path, address, settings: entered.settings };
    let output = E::handle(call, input).await?;
    if source_of(&parts.method) == Source::Body {
        state.outage().store_was_written();
    }
    let bytes = envelope::wrap(description.envelope, &output)?;
    Ok(answer::json(StatusCode::OK, bytes, Caching::Forbidden))
}

/// A request that the rule let in.
struct Entered {
    caller: Option<SignedIn>,
    settings: SettingValues,
}

/// Lets a request in if the rule does, with the stored values of the settings that are wanted: in one question
/// to the store for callers who are somebody, and for all others only if any are wanted.
async fn let_in<C>(
    state: &HttpState,
    access: &Access<C>,
    parts: &Parts,
    wanted: &[&'static str],
) -> Result<Entered, ApiError> {
    let permissions = match &access.rule {
        Rule::Public => return Ok(Entered { caller: None, settings: stored(state, wanted).await? }),
        Rule::Anyone(permissions) => *permissions,
        Rule::SignedIn => &[],
        Rule::Requires(requirement) => requirement.permissions(),
    };
    let found = who_calls(state, parts, &[permissions, access.asks].concat(), wanted).await?;
    let Some((caller, settings)) = found else {
        return match &access.rule {
            Rule::Public | Rule::Anyone(_) => {
                Ok(Entered { caller: None, settings: stored(state, wanted).await? })
            }
            Rule::SignedIn | Rule::Requires(_) => Err(ApiError::NotLoggedIn),
        };
    };
    if caller.actor.username.is_none() && !access.nameless {
        return Err(ApiError::Nameless);
    }
    if let Rule::Requires(requirement) = &access.rule {
        authorize(&caller.actor, requirement).map_err(|_| ApiError::NotPermitted)?;
    }
    Ok(Entered { caller: Some(caller), settings })
}

async fn who_calls(
    state: &HttpState,
    parts: &Parts,
    permissions: &[PermissionId],
    wanted: &[&'static str],
) -> Result<Option<(SignedIn, SettingValues)>, ApiError> {
    let Some(credentials) = credentials::of(&parts.headers) else { return Ok(None) };
    let found = authenticate(state.ctx(), &credentials, permissions, wanted).await?;
    state.outage().store_was_read();
    let Some(Authenticated { actor, settings }) = found else { return Ok(None) };
    Ok(Some((SignedIn { actor, token: credentials.token }, settings)))
}

async fn stored(state: &HttpState, wanted: &[&'static str]) -> Result<SettingValues, ApiError> {
    if wanted.is_empty() {
        return Ok(SettingValues::default());
    }
    let settings = state.ctx().store.find_settings(wanted).await?;
    state.outage().store_was_read();
    Ok(settings)
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
