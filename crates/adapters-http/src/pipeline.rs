//! One request on its way to a handler: credentials, permission, rate limit, parameters, in this order
//! (contract, decision 1). No endpoint can go another way.

use std::pin::Pin;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::API_BYPASS_RATE_LIMIT;
use serde_json::{Map, Value};

use crate::admission::{self, Admitted, Wanted};
use crate::description::{Limit, SignedIn};
use crate::endpoint::{Call, Client, Endpoint};
use crate::error::ApiError;
use crate::path::PathParameters as _;
use crate::query_string::InvalidQuery;
use crate::rate_limit::Counted;
use crate::request_id::RequestId;
use crate::schema::{Parameters as _, Source};
use crate::state::HttpState;
use crate::{body, client_address, envelope, query_string};

/// What answers the requests to a route.
pub(crate) type Serve = fn(HttpState, RequestId, Request) -> Pin<Box<dyn Future<Output = Served> + Send>>;

/// An answer, and who asked, for the request log.
#[derive(Debug)]
pub(crate) struct Served {
    /// The answer.
    pub(crate) response: Response,
    /// Who asked, as far as it was found out.
    pub(crate) caller: Option<UserId>,
}

impl From<Response> for Served {
    fn from(response: Response) -> Self {
        Self { response, caller: None }
    }
}

/// What is to be said about a request, whatever becomes of it.
#[derive(Debug, Default)]
struct Noted {
    caller: Option<UserId>,
    counted: Option<Counted>,
    /// The body, until it is read.
    unread: Body,
}

/// Answers a request to an endpoint.
pub(crate) async fn serve<E: Endpoint>(state: HttpState, id: RequestId, request: Request) -> Served {
    let (parts, body) = request.into_parts();
    let mut noted = Noted { unread: body, ..Noted::default() };
    let answered = answer::<E>(&state, &parts, &mut noted).await;
    body::discard(&parts.headers, noted.unread).await;
    let mut response = answered.unwrap_or_else(|error| {
        state.outage().note(&error, &id);
        error.into_response()
    });
    if let Some(counted) = noted.counted {
        counted.add_headers(response.headers_mut());
    }
    Served { response, caller: noted.caller }
}

async fn answer<E: Endpoint>(
    state: &HttpState,
    parts: &Parts,
    noted: &mut Noted,
) -> Result<Response, ApiError> {
    let description = E::DESCRIPTION;
    let address = client_address::of(parts, state.options().address_trust);
    let limit = if state.options().rate_limits { description.limit } else { Limit::Unlimited };
    let query = query(parts);
    let wanted = Wanted {
        settings: [E::Input::SETTINGS, E::SETTINGS, &limit.settings()].concat(),
        prefetch: query.as_ref().ok().and_then(E::prefetch),
        counted: limit != Limit::Unlimited,
    };
    let Admitted { caller, settings, prefetched } =
        admission::admit(state, &description.access, parts, wanted).await?;
    noted.caller = caller.as_ref().map(|caller| caller.actor.user_id.clone());
    let bypasses = caller.as_ref().is_some_and(|caller| caller.actor.holds(&API_BYPASS_RATE_LIMIT));
    if let Some(allowance) = if bypasses { None } else { limit.allowance(&settings) } {
        let now = state.ctx().clock.now();
        let counted = state.rate_limits().count((description.path, &parts.method), address, allowance, now);
        noted.counted = Some(counted);
        if counted.refused {
            return Err(ApiError::TooMany { seconds: counted.seconds_to_wait(now) });
        }
    }
    let address = address.map(|address| address.to_string());
    let caller = caller.map(|caller| SignedIn { actor: caller.actor.at(address.clone()), ..caller });
    let caller = (description.access.caller)(caller).ok_or(ApiError::NotLoggedIn)?;
    let path = E::Path::read(description.path, parts.uri.path())?;
    let input = parameters::<E>(state, parts, query, &mut noted.unread).await?;
    let client = Client::of(&parts.headers, &parts.uri);
    let call = Call { state: state.clone(), caller, path, address, client, settings, prefetched };
    let output = E::handle(call, input).await?;
    if source_of(&parts.method) == Source::Body {
        state.outage().store_was_written();
    }
    envelope::answer(description.envelope, &output)
}

/// What stands in the query string, where parameters are looked for there; else nothing.
fn query(parts: &Parts) -> Result<Map<String, Value>, InvalidQuery> {
    match source_of(&parts.method) {
        Source::Query => query_string::parse(parts.uri.query().unwrap_or_default()),
        Source::Body => Ok(Map::new()),
    }
}

async fn parameters<E: Endpoint>(
    state: &HttpState,
    parts: &Parts,
    query: Result<Map<String, Value>, InvalidQuery>,
    unread: &mut Body,
) -> Result<E::Input, ApiError> {
    let source = source_of(&parts.method);
    let sent = match source {
        Source::Query => Value::Object(query.map_err(|_| ApiError::Query)?),
        Source::Body => body::read(&parts.headers, unread, state.options().body_limit).await?,
    };
    Ok(E::Input::read(sent, source)?)
}

/// Where a method carries its parameters. HEAD is GET without the answer's body.
pub(crate) fn source_of(method: &Method) -> Source {
    if *method == Method::GET || *method == Method::HEAD { Source::Query } else { Source::Body }
}

#[cfg(test)]
mod tests;
