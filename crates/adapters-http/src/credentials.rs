//! What a caller shows: the headers `X-User-Id` and `X-Auth-Token`, both or nothing.

use axum::http::HeaderMap;
use omnicontact_domain::token::RawToken;
use omnicontact_usecases::identity::Credentials;

pub(crate) const USER_ID: &str = "x-user-id";
pub(crate) const AUTH_TOKEN: &str = "x-auth-token";

/// The credentials of a request. One header alone, or one that is no text, is as good as none.
pub(crate) fn of(headers: &HeaderMap) -> Option<Credentials> {
    let text = |name: &str| headers.get(name)?.to_str().ok().filter(|text| !text.is_empty());
    Some(Credentials { user_id: text(USER_ID)?.into(), token: RawToken::new(text(AUTH_TOKEN)?) })
}
