//! Why a setting is not read or written.

use omnicontact_domain::policy::Denied;
use omnicontact_domain::setting::InvalidSettingValue;
use omnicontact_ports::StoreError;

/// Why a setting is not read or written. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such setting, or it is hidden.
    #[error("there is no such setting")]
    Unknown,
    /// The setting does not hold such a value.
    #[error(transparent)]
    Value(#[from] InvalidSettingValue),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
