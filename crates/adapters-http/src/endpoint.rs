//! What every endpoint is. There is no other way onto the router than `Route::of` an `Endpoint`, and none of
//! the items that matter has a default, so nobody can leave out who may call, what is sent or what is answered.

use std::future::Future;

use axum::http::header::{COOKIE, HOST, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Uri};
use omnicontact_domain::contact::Source;
use omnicontact_domain::page::Page;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::text::KEY_LIMIT as HEADER_LIMIT;
use omnicontact_domain::visitor::Connection;
use omnicontact_ports::{Prefetch, Prefetched};
use omnicontact_usecases::Context;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::description::Description;
use crate::error::ApiError;
use crate::paging::Paged;
use crate::path::{NoPath, PathParameters};
use crate::schema::Parameters;
use crate::state::HttpState;

/// An endpoint: its description and its handler.
pub(crate) trait Endpoint: 'static {
    /// What the handler knows of the caller: `Nobody`, `Anyone` or `SignedIn`. It must fit the description.
    type Caller: Send + 'static;
    /// What stands in the path: `NoPath`, or what `path_parameters!` declares.
    type Path: PathParameters;
    /// What is sent.
    type Input: Parameters;
    /// What is answered.
    type Output: Serialize + ToSchema + Send;

    /// The rest.
    const DESCRIPTION: Description<Self::Caller>;

    /// Settings that decide what the handler does; [`Call`] has their stored values.
    const SETTINGS: &'static [&'static str] = &[];

    /// What the handler will ask for, as far as the query string tells: it is read together with who calls.
    /// Who leaves this out loses a moment and nothing else, so here there is a default.
    fn prefetch(_sent: &Map<String, Value>) -> Option<Prefetch> {
        None
    }

    /// Answers a caller who may, and who sent valid parameters.
    fn handle(
        call: Call<Self::Caller, Self::Path>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, ApiError>> + Send;
}

/// A parameter that may be the id or key of a stored record: none holds NUL, which some stores cannot even be asked for.
pub(crate) fn id_of<'a>(sent: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    sent.get(name)?.as_str().filter(|id| !id.contains('\0'))
}

/// What a client says of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    user_agent: Option<HeaderValue>,
    host: Option<HeaderValue>,
    is_widget: bool,
}

/// The cookies by which the widget shows itself (contract, conversations 3.1.2).
const WIDGET_COOKIES: [&str; 2] = ["rc_room_type=l", "rc_is_widget=t"];

impl Client {
    /// What the head of a request says.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let sent = |cookie: &&str| {
            let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(';')).any(|sent| sent.trim() == *cookie)
        };
        Self {
            user_agent: headers.get(USER_AGENT).cloned(),
            host: headers.get(HOST).cloned().or_else(|| authority(uri)),
            is_widget: WIDGET_COOKIES.iter().all(sent),
        }
    }

    /// Where a conversation comes from that this client opens.
    pub(crate) fn source(&self) -> Source {
        if !self.is_widget {
            return Source { kind: "api".to_owned(), ..Source::default() };
        }
        let destination = Connection::from(self.clone()).host;
        Source { kind: "widget".to_owned(), destination, ..Source::default() }
    }
}

/// What HTTP/2 has in the place of the header `Host`.
fn authority(uri: &Uri) -> Option<HeaderValue> {
    let authority = uri.authority()?.as_str();
    // No client should show a name and a password there, and nobody should keep them.
    HeaderValue::from_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host)).ok()
}

impl From<Client> for Connection {
    fn from(client: Client) -> Self {
        // Longer ones help nobody, and what is no text cannot be stored.
        let text =
            |value: HeaderValue| value.to_str().ok().map(|text| text.chars().take(HEADER_LIMIT).collect());
        Self { user_agent: client.user_agent.and_then(text), ip: None, host: client.host.and_then(text) }
    }
}

/// One call that was let in.
#[derive(Debug)]
pub(crate) struct Call<C, P = NoPath> {
    /// What all requests share.
    pub(crate) state: HttpState,
    /// Who calls.
    pub(crate) caller: C,
    /// What stands in the path.
    pub(crate) path: P,
    /// The address from which the call comes, as far as it is known.
    pub(crate) address: Option<String>,
    /// What the client says of itself.
    pub(crate) client: Client,
    /// The stored values of the settings that decide what the parameters mean, and what the handler does.
    pub(crate) settings: SettingValues,
    /// What was read together with who calls.
    pub(crate) prefetched: Option<Prefetched>,
}

impl<C, P> Call<C, P> {
    /// The page that was asked for, under the settings as they are now.
    pub(crate) fn page(&self, query: &impl Paged) -> Page {
        let (count, offset) = query.count_and_offset();
        Page::requested(count, offset, &self.settings)
    }

    /// The world of the use cases.
    pub(crate) fn ctx(&self) -> &Context {
        self.state.ctx()
    }

    /// The address from which the call comes, as far as it is known. An actor knows it, too.
    pub(crate) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The host of a client that sends this header or none to this address.
    fn host(header: Option<&'static str>, uri: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.extend(header.map(|host| (HOST, HeaderValue::from_static(host))));
        Connection::from(Client::of(&headers, &Uri::from_static(uri))).host
    }

    #[test]
    fn the_host_of_http_2_stands_in_the_address() {
        assert_eq!(host(Some("chat.example"), "/api/info").as_deref(), Some("chat.example"));
        assert_eq!(host(None, "https://chat.example:3000/api/info").as_deref(), Some("chat.example:3000"));
        assert_eq!(host(Some("a.example"), "https://b.example/api/info").as_deref(), Some("a.example"));
        assert_eq!(host(None, "https://me:secret@chat.example/").as_deref(), Some("chat.example"));
        assert_eq!(host(None, "/api/info"), None);
    }
}
