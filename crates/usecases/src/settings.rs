//! Settings: what users read and write, one use case per file; and here, how the program itself reads them,
//! stored values over the defaults of the catalogue.

mod error;
pub mod list;
pub mod list_changes;
pub mod read;
pub mod write;

pub use error::SettingError;

use omnicontact_domain::setting::{CORS_ORIGIN, ENABLE_CORS};
use omnicontact_ports::StoreError;

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
    let stored = ctx.store.find_settings(&[ENABLE_CORS, CORS_ORIGIN]).await?;
    Ok(Cors { enabled: stored.flag(ENABLE_CORS), origins: stored.text(CORS_ORIGIN) })
}
