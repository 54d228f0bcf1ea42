//! A setting as endpoints answer it.

use omnicontact_domain::page::Page;
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::value::Value;
use omnicontact_usecases::settings::list::{CurrentSetting, SettingPage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::paging::PageBody;

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingBody {
    /// The id.
    #[serde(rename = "_id")]
    id: &'static str,
    /// The value.
    #[schema(value_type = Object)]
    value: Value,
    /// The value that it would have if nobody had set it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    package_value: Option<Value>,
}

/// A page of settings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsBody {
    /// The settings.
    settings: Vec<SettingBody>,
    #[serde(flatten)]
    page: PageBody,
}

impl From<CurrentSetting> for SettingBody {
    fn from(current: CurrentSetting) -> Self {
        Self { id: current.setting.id, value: current.value, package_value: None }
    }
}

impl SettingsBody {
    /// The settings of a page, with their defaults or without.
    pub(super) fn of(found: SettingPage, page: Page, with_defaults: bool) -> Self {
        let body = |current: CurrentSetting| {
            let package_value = with_defaults.then(|| current.default.clone());
            SettingBody { package_value, ..current.into() }
        };
        let settings: Vec<_> = found.settings.into_iter().map(body).collect();
        let total = found.total as u64;
        Self { page: PageBody { count: settings.len(), offset: page.offset, total }, settings }
    }
}

/// Settings are ordered by their ids; other keys say nothing about them.
pub(super) fn direction(asked: &Sort) -> Direction {
    let by_id = asked.by(|key| (key == "_id").then_some(()));
    by_id.first().map_or(Direction::Ascending, |((), direction)| *direction)
}
