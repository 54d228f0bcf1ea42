//! Settings over HTTP (contract, framework 4.3).

mod body;
pub(crate) mod list;
pub(crate) mod list_changes;
pub(crate) mod list_public;
pub(crate) mod providers;
pub(crate) mod read;
pub(crate) mod write;
pub(crate) mod write_many;

use crate::path::path_parameters;

path_parameters! {
    /// Which setting.
    pub(crate) struct SettingPath {
        /// Id of the setting.
        "_id" id: String,
    }
}
