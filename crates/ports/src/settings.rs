//! Settings: what operators change while the server runs.

use async_trait::async_trait;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;

use crate::StoreError;

/// Stores values of settings. What was never set is not stored; its default stands in the catalogue.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SettingRepository: Send {
    /// The stored value of a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &str) -> Result<Option<Value>, StoreError>;

    /// All stored settings by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&mut self) -> Result<Vec<(String, Value)>, StoreError>;

    /// The stored values of these settings; what was never set is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_many<'a>(&mut self, ids: &[&'a str]) -> Result<SettingValues, StoreError>;

    /// Stores the value of a setting and returns the one that was stored before. Of two who write at once
    /// one waits and gets the other's value.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn update(&mut self, id: &str, value: &Value, now: Timestamp) -> Result<Option<Value>, StoreError>;

    /// Adds to a counter, whose value is 0 as long as nobody counted. Of many who count at once, none is lost.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn increase(&mut self, id: &str, by: u64, now: Timestamp) -> Result<(), StoreError>;
}
