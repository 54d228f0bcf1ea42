//! Settings.

use async_trait::async_trait;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_ports::{SettingRepository, StoreError};
use sqlx::SqliteExecutor;

use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

/// The stored values of these settings, in one statement.
pub(crate) async fn find_many<'e>(
    executor: impl SqliteExecutor<'e>,
    ids: &[&str],
) -> Result<SettingValues, StoreError> {
    let ids_json = json::write(ids)?;
    let rows = sqlx::query!(
        "select
            setting_id,
            value_json
        from settings
        where setting_id in (select value from json_each(?))
        order by setting_id",
        ids_json
    )
    .fetch_all(executor)
    .await
    .map_err(store_error)?;
    values(rows.into_iter().map(|row| (row.setting_id, row.value_json)))
}

/// Values from pairs of an id and a document.
pub(crate) fn values(pairs: impl IntoIterator<Item = (String, String)>) -> Result<SettingValues, StoreError> {
    let read = |(id, text): (String, String)| {
        let value = json::read("setting", &id, &text)?;
        Ok((id, value))
    };
    Ok(SettingValues::new(pairs.into_iter().map(read).collect::<Result<_, _>>()?))
}

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

    async fn find_many<'a>(&mut self, ids: &[&'a str]) -> Result<SettingValues, StoreError> {
        find_many(self.connection(), ids).await
    }

    async fn update(&mut self, id: &str, value: &Value, now: Timestamp) -> Result<Option<Value>, StoreError> {
        let value_json = json::write(value)?;
        let updated_at = now.as_millis();
        // Nobody else writes, so what is found is what is replaced.
        let former = SettingRepository::find(self, id).await?;
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
        Ok(former)
    }

    async fn increase(&mut self, id: &str, by: u64, now: Timestamp) -> Result<(), StoreError> {
        // Nobody else writes, so what is found is what is counted on from.
        let former = SettingRepository::find(self, id).await?;
        let former = former.as_ref().and_then(Value::as_number).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "the dialect's numbers are doubles")]
        let counted = Value::Number(former + by as f64);
        SettingRepository::update(self, id, &counted, now).await?;
        Ok(())
    }
}
