//! Settings: what users read and write, one use case per file; and here, how the program itself reads them,
//! stored values over the defaults of the catalogue.

mod error;
pub mod list;
pub mod read;
pub mod write;

pub use error::SettingError;

use omnicontact_domain::setting::{self, CORS_ORIGIN, ENABLE_CORS};
use omnicontact_domain::value::Value;
use omnicontact_ports::{SettingRepository, StoreError};

use crate::Context;

/// What browsers of other origins may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// Whether preflights are answered at all.
    pub enabled: bool,
    /// `*`, or origins separated by commas.
    pub origins: String,
}

/// The settings `API_Enable_CORS` and `API_CORS_Origin`.
///
/// # Errors
/// [`StoreError`].
pub async fn cors(ctx: &Context) -> Result<Cors, StoreError> {
    let mut tx = ctx.store.read().await?;
    let enabled = value(tx.settings(), ENABLE_CORS, &ctx.root_url).await?;
    let origins = value(tx.settings(), CORS_ORIGIN, &ctx.root_url).await?;
    Ok(Cors {
        enabled: enabled.as_bool().unwrap_or(false),
        origins: origins.as_text().unwrap_or_default().to_owned(),
    })
}

/// The stored value of a setting, else its default; `Null` for an id without either.
pub(crate) async fn value(
    settings: &mut dyn SettingRepository,
    id: &str,
    root_url: &str,
) -> Result<Value, StoreError> {
    let stored = settings.find(id).await?;
    let default = || setting::find(id).and_then(|setting| setting.default_value(root_url));
    Ok(stored.or_else(default).unwrap_or(Value::Null))
}
