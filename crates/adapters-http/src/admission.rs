//! Who calls, and whether the rule of an endpoint lets that caller in.

use axum::http::request::Parts;
use omnicontact_domain::permission::API_BYPASS_RATE_LIMIT;
use omnicontact_domain::policy::authorize;
use omnicontact_domain::setting::SettingValues;
use omnicontact_ports::{Prefetch, Prefetched};
use omnicontact_usecases::identity::{Asked, Authenticated, authenticate};

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
    /// The record that was wanted, if it was read along.
    pub(crate) prefetched: Option<Prefetched>,
}

/// What is to be known about a request besides its rule.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Settings.
    pub(crate) settings: Vec<&'static str>,
    /// The record that the request asks for.
    pub(crate) prefetch: Option<Prefetch>,
    /// Whether calls are counted, so that it matters who calls even where everybody may.
    pub(crate) counted: bool,
}

/// Lets a request in if the rule does: one question to the store for callers who show credentials, one for the
/// others if any setting is wanted.
pub(crate) async fn admit<C>(
    state: &HttpState,
    access: &Access<C>,
    parts: &Parts,
    wanted: Wanted,
) -> Result<Admitted, ApiError> {
    let asked: &[_] = match &access.rule {
        Rule::Public | Rule::SignedIn => &[],
        Rule::Anyone(permissions) => permissions,
        Rule::Requires(requirement) => requirement.permissions(),
    };
    let bypass: &[_] = if wanted.counted { &[API_BYPASS_RATE_LIMIT] } else { &[] };
    let matters = wanted.counted || !matches!(access.rule, Rule::Public);
    let Some(credentials) = credentials::of(&parts.headers).filter(|_| matters) else {
        return stranger(state, access, &wanted.settings).await;
    };
    let asked = Asked {
        permissions: [asked, access.asks, bypass].concat(),
        settings: wanted.settings.clone(),
        prefetch: wanted.prefetch,
    };
    let found = authenticate(state.ctx(), &credentials, asked).await?;
    state.outage().store_was_read();
    let Some(Authenticated { actor, settings, prefetched }) = found else {
        return stranger(state, access, &wanted.settings).await;
    };
    if actor.username.is_none() && !access.nameless {
        return Err(ApiError::Nameless);
    }
    if let Rule::Requires(requirement) = &access.rule {
        authorize(&actor, requirement).map_err(|_| ApiError::NotPermitted)?;
    }
    let caller = Some(SignedIn { actor, token: credentials.token });
    Ok(Admitted { caller, settings, prefetched })
}

/// Lets in whoever shows no credentials, or none that are good, where everybody may.
async fn stranger<C>(
    state: &HttpState,
    access: &Access<C>,
    wanted: &[&'static str],
) -> Result<Admitted, ApiError> {
    match &access.rule {
        Rule::Public | Rule::Anyone(_) => {}
        Rule::SignedIn | Rule::Requires(_) => return Err(ApiError::NotLoggedIn),
    }
    let settings = if wanted.is_empty() {
        SettingValues::default()
    } else {
        let settings = state.ctx().store.find_settings(wanted).await?;
        state.outage().store_was_read();
        settings
    };
    Ok(Admitted { caller: None, settings, prefetched: None })
}
