//! The environment variables that operators of the original know: `PORT`, `ROOT_URL` (an option),
//! `ADMIN_*`, `TEST_MODE`, and settings by their ids.

use anyhow::Context as _;
use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::setting;

use super::Environment;

/// The first administrator, as the environment describes it.
#[derive(Debug)]
pub(crate) struct Administrator {
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    /// `None`: one is made up and printed.
    pub(crate) password: Option<PasswordDigest>,
}

impl Administrator {
    pub(super) fn of(environment: &Environment) -> anyhow::Result<Self> {
        let username = environment.get("ADMIN_USERNAME").unwrap_or("admin").to_owned();
        omnicontact_domain::user::check_username(&username).context("ADMIN_USERNAME cannot be used")?;
        Ok(Self {
            username,
            name: environment.get("ADMIN_NAME").map(str::to_owned),
            email: environment.get("ADMIN_EMAIL").map(str::to_owned),
            password: environment.get("ADMIN_PASS").map(PasswordDigest::of),
        })
    }
}

pub(super) fn port(environment: &Environment) -> anyhow::Result<Option<u16>> {
    let read = |text: &str| {
        text.parse().with_context(|| format!("PORT is {text:?}; it must be a number from 0 to 65535"))
    };
    environment.get("PORT").map(read).transpose()
}

pub(super) fn test_mode(environment: &Environment) -> anyhow::Result<bool> {
    match environment.get("TEST_MODE") {
        Some("true" | "api") => Ok(true),
        None | Some("false") => Ok(false),
        Some(other) => anyhow::bail!("TEST_MODE is {other:?}; it must be true, api or false"),
    }
}

const FORCED: &str = "OVERWRITE_SETTING_";

/// `OVERWRITE_SETTING_<id>`: values that are written at each start.
pub(super) fn forced_settings(environment: &Environment) -> Vec<(String, String)> {
    let forced =
        |(name, value): (&str, &str)| name.strip_prefix(FORCED).map(|id| (id.to_owned(), value.to_owned()));
    environment.iter().filter_map(forced).collect()
}

/// A variable that is called like a setting: its initial value.
pub(super) fn initial_settings(environment: &Environment) -> Vec<(String, String)> {
    environment
        .iter()
        .filter(|(name, _)| setting::find(name).is_some())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
