//! Settings that were changed.

use async_trait::async_trait;
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

    async fn update(&mut self, id: &str, value: &Value, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into settings (setting_id, value_json, updated_at)
            values ($1, $2, $3)
            on conflict (setting_id) do update
            set
                value_json = excluded.value_json,
                updated_at = excluded.updated_at",
            id,
            json::write(value)?,
            now.as_millis()
        );
        self.execute(query).await?;
        Ok(())
    }
}
