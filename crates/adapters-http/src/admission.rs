//! Who calls, and whether the rule of an endpoint lets that caller in.

use axum::http::request::Parts;
use omnicontact_domain::permission::{API_BYPASS_RATE_LIMIT, PermissionId};
use omnicontact_domain::policy::authorize;
use omnicontact_domain::setting::SettingValues;
use omnicontact_usecases::identity::{Authenticated, authenticate};

use crate::credentials;
use crate::description::{Access, Rule, SignedIn};
use crate::error::ApiError;
use crate::state::HttpState;

/// A request that was let in.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// Who calls; `None` for nobody in particular.
    pub(crate) caller: Option<SignedIn>,
    /// The stored values of the settings that were wanted.
    pub(crate) settings: SettingValues,
}

/// What is to be known about a request besides its rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Settings.
    pub(crate) settings: &'a [&'static str],
    /// Whether calls are counted, so that it matters who calls even where everybody may.
    pub(crate) counted: bool,
}

/// Lets a request in if the rule does: one question to the store for callers who show credentials, one for the
/// others if any setting is wanted.
pub(crate) async fn admit<C>(
    state: &HttpState,
    access: &Access<C>,
    parts: &Parts,
    wanted: Wanted<'_>,
) -> Result<Admitted, ApiError> {
    let asked: &[_] = match &access.rule {
        Rule::Public | Rule::SignedIn => &[],
        Rule::Anyone(permissions) => permissions,
        Rule::Requires(requirement) => requirement.permissions(),
    };
    let bypass: &[_] = if wanted.counted { &[API_BYPASS_RATE_LIMIT] } else { &[] };
    let matters = wanted.counted || !matches!(access.rule, Rule::Public);
    let permissions = [asked, access.asks, bypass].concat();
    let found = if matters { who_calls(state, parts, &permissions, wanted.settings).await? } else { None };
    let Some((caller, settings)) = found else {
        return match &access.rule {
            Rule::Public | Rule::Anyone(_) => stored(state, wanted.settings).await,
            Rule::SignedIn | Rule::Requires(_) => Err(ApiError::NotLoggedIn),
        };
    };
    if caller.actor.username.is_none() && !access.nameless {
        return Err(ApiError::Nameless);
    }
    if let Rule::Requires(requirement) = &access.rule {
        authorize(&caller.actor, requirement).map_err(|_| ApiError::NotPermitted)?;
    }
    Ok(Admitted { caller: Some(caller), settings })
}

async fn who_calls(
    state: &HttpState,
    parts: &Parts,
    permissions: &[PermissionId],
    settings: &[&'static str],
) -> Result<Option<(SignedIn, SettingValues)>, ApiError> {
    let Some(credentials) = credentials::of(&parts.headers) else { return Ok(None) };
    let found = authenticate(state.ctx(), &credentials, permissions, settings).await?;
    state.outage().store_was_read();
    let Some(Authenticated { actor, settings }) = found else { return Ok(None) };
    Ok(Some((SignedIn { actor, token: credentials.token }, settings)))
}

/// What strangers get.
async fn stored(state: &HttpState, wanted: &[&'static str]) -> Result<Admitted, ApiError> {
    if wanted.is_empty() {
        return Ok(Admitted { caller: None, settings: SettingValues::default() });
    }
    let settings = state.ctx().store.find_settings(wanted).await?;
    state.outage().store_was_read();
    Ok(Admitted { caller: None, settings })
}
