//! Settings.

use async_trait::async_trait;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_ports::{SettingRepository, StoreError};

use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

#[async_trait]
impl SettingRepository for SqliteTransaction {
    async fn find(&mut self, id: &str) -> Result<Option<Value>, StoreError> {
        let text = sqlx::query_scalar!("select value_json from settings where setting_id = ?", id)
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        json::read_some("setting", id, text.as_deref())
    }

    async fn list(&mut self) -> Result<Vec<(String, Value)>, StoreError> {
        let rows = sqlx::query!(
            "select
                setting_id,
                value_json
            from settings
            order by setting_id"
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                let value = json::read("setting", &row.setting_id, &row.value_json)?;
                Ok((row.setting_id, value))
            })
            .collect()
    }

    async fn update(&mut self, id: &str, value: &Value, now: Timestamp) -> Result<(), StoreError> {
        let value_json = json::write(value)?;
        let updated_at = now.as_millis();
        let query = sqlx::query!(
            "insert into settings (
                setting_id,
                value_json,
                updated_at
            )
            values (?, ?, ?)
            on conflict (setting_id) do update
            set value_json = excluded.value_json,
                updated_at = excluded.updated_at",
            id,
            value_json,
            updated_at
        );
        run(self.connection(), query).await?;
        Ok(())
    }
}
