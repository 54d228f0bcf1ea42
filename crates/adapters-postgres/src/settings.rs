//! Settings that were changed.

use async_trait::async_trait;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_ports::{SettingRepository, StoreError};

use crate::json;
use crate::transaction::PgTransaction;

#[async_trait]
impl SettingRepository for PgTransaction {
    async fn find(&mut self, id: &str) -> Result<Option<Value>, StoreError> {
        let query = sqlx::query!("select value_json from settings where setting_id = $1", id);
        let text = self.optional(query).await?.map(|row| row.value_json);
        json::read_some("setting", id, text.as_deref())
    }

    async fn list(&mut self) -> Result<Vec<(String, Value)>, StoreError> {
        let query = sqlx::query!(
            "select
                setting_id,
                value_json
            from settings
            order by setting_id"
        );
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|row| {
                let value = json::read("setting", &row.setting_id, &row.value_json)?;
                Ok((row.setting_id, value))
            })
            .collect()
    }

    async fn find_many<'a>(&mut self, ids: &[&'a str]) -> Result<SettingValues, StoreError> {
        let query = sqlx::query_as!(
            SettingRow,
            "select
                setting_id,
                value_json
            from settings
            where setting_id = any($1)",
            ids as &[&str]
        );
        setting_values(self.all(query).await?)
    }

    async fn update(&mut self, id: &str, value: &Value, now: Timestamp) -> Result<Option<Value>, StoreError> {
        let text = json::write(value)?;
        let mut former = self.hold_setting(id).await?;
        if former.is_none() {
            let query = sqlx::query!(
                "insert into settings (setting_id, value_json, updated_at)
                values ($1, $2, $3)
                on conflict (setting_id) do nothing",
                id,
                text,
                now.as_millis()
            );
            if self.execute(query).await? > 0 {
                return Ok(None);
            }
            // Somebody stored it after this transaction had looked. Settings are never removed.
            former = self.hold_setting(id).await?;
        }
        let query = sqlx::query!(
            "update settings
            set
                value_json = $2,
                updated_at = $3
            where setting_id = $1",
            id,
            text,
            now.as_millis()
        );
        self.execute(query).await?;
        json::read_some("setting", id, former.as_deref())
    }

    async fn increase(&mut self, id: &str, by: u64, now: Timestamp) -> Result<(), StoreError> {
        // What is no number counts as if nobody had counted yet.
        let query = sqlx::query!(
            r"insert into settings (setting_id, value_json, updated_at)
            values ($1, $2, $3)
            on conflict (setting_id) do update set
                value_json = case
                    when settings.value_json ~ '^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$'
                        then (settings.value_json::numeric + excluded.value_json::numeric)::text
                    else excluded.value_json
                end,
                updated_at = excluded.updated_at",
            id,
            by.to_string(),
            now.as_millis()
        );
        self.execute(query).await?;
        Ok(())
    }
}

impl PgTransaction {
    /// The stored value of a setting, which nobody else writes until this transaction ends.
    async fn hold_setting(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query!(
            "select value_json
            from settings
            where setting_id = $1
            for update",
            id
        );
        Ok(self.optional(query).await?.map(|row| row.value_json))
    }
}

/// A setting and its stored value.
pub(crate) struct SettingRow {
    pub(crate) setting_id: String,
    pub(crate) value_json: String,
}

/// What is stored of some settings.
pub(crate) fn setting_values(
    rows: impl IntoIterator<Item = SettingRow>,
) -> Result<SettingValues, StoreError> {
    let values = rows.into_iter().map(|row| {
        let value = json::read("setting", &row.setting_id, &row.value_json)?;
        Ok((row.setting_id, value))
    });
    Ok(SettingValues::new(values.collect::<Result<_, StoreError>>()?))
}
