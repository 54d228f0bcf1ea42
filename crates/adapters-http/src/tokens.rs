//! Sessions and personal access tokens of users (contract, framework 2.7).

pub(crate) mod create_for_user;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod log_out_others;
pub(crate) mod log_out_user;
pub(crate) mod regenerate;
pub(crate) mod remove;
pub(crate) mod remove_others;

use omnicontact_domain::token::RawToken;
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::parameters;

parameters! {
    /// Which personal access token of the caller.
    pub(crate) struct TokenName: AjvTyped {
        /// Its name.
        "tokenName" name: String,
    }
}

parameters! {
    /// Nothing.
    pub(crate) struct Nothing: AjvTyped {}
}

/// The secret of a personal access token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecretBody {
    /// The value of `X-Auth-Token`. It is shown only here.
    token: String,
}

impl From<RawToken> for SecretBody {
    fn from(token: RawToken) -> Self {
        Self { token: token.expose().to_owned() }
    }
}
