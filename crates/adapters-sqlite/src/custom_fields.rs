//! Definitions of custom fields.

use async_trait::async_trait;
use omnicontact_domain::custom_field::{CustomField, CustomFieldId, Scope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, CustomFieldRepository, StoreError};

use crate::error::{corrupt, store_error};
use crate::json;
use crate::transaction::{SqliteTransaction, run};

struct CustomFieldRow {
    field_id: String,
    label: String,
    scope: String,
    visibility: String,
    other_json: String,
    updated_at: i64,
    version: i64,
}

impl CustomFieldRow {
    fn into_custom_field(self) -> Result<CustomField, StoreError> {
        let Some(scope) = Scope::parse(&self.scope) else {
            return Err(corrupt("custom field", &self.field_id, format!("unknown scope {}", self.scope)));
        };
        Ok(CustomField {
            label: self.label,
            scope,
            visibility: self.visibility,
            other: json::read("custom field", &self.field_id, &self.other_json)?,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: self.field_id.into(),
        })
    }
}

#[async_trait]
impl CustomFieldRepository for SqliteTransaction {
    async fn list(&mut self) -> Result<Vec<CustomField>, StoreError> {
        let rows = sqlx::query_as!(
            CustomFieldRow,
            "select
                field_id,
                label,
                scope,
                visibility,
                other_json,
                updated_at,
                version
            from custom_fields
            order by position, field_id"
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter().map(CustomFieldRow::into_custom_field).collect()
    }

    async fn find(&mut self, id: &CustomFieldId) -> Result<Option<CustomField>, StoreError> {
        let id = id.as_str();
        let row = sqlx::query_as!(
            CustomFieldRow,
            "select
                field_id,
                label,
                scope,
                visibility,
                other_json,
                updated_at,
                version
            from custom_fields
            where field_id = ?",
            id
        )
        .fetch_optional(self.connection())
        .await
        .map_err(store_error)?;
        row.map(CustomFieldRow::into_custom_field).transpose()
    }

    async fn add(&mut self, definition: &CustomField) -> Result<(), StoreError> {
        let id = definition.id.as_str();
        let scope = definition.scope.as_str();
        let other_json = json::write(&definition.other)?;
        let updated_at = definition.updated_at.as_millis();
        let version = definition.version.number();
        let query = sqlx::query!(
            "insert into custom_fields (
                field_id,
                position,
                label,
                scope,
                visibility,
                other_json,
                updated_at,
                version
            )
            select
                ?,
                coalesce(max(position), 0) + 1,
                ?,
                ?,
                ?,
                ?,
                ?,
                ?
            from custom_fields
            where true
            on conflict (field_id) do nothing",
            id,
            definition.label,
            scope,
            definition.visibility,
            other_json,
            updated_at,
            version
        );
        if run(self.connection(), query).await? == 0 {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        Ok(())
    }

    async fn update(&mut self, definition: &CustomField) -> Result<(), StoreError> {
        let id = definition.id.as_str();
        let scope = definition.scope.as_str();
        let other_json = json::write(&definition.other)?;
        let updated_at = definition.updated_at.as_millis();
        let version = definition.version.number();
        let next_version = definition.version.next().number();
        let query = sqlx::query!(
            "update custom_fields
            set label = ?,
                scope = ?,
                visibility = ?,
                other_json = ?,
                updated_at = ?,
                version = ?
            where field_id = ?
                and version = ?",
            definition.label,
            scope,
            definition.visibility,
            other_json,
            updated_at,
            next_version,
            id,
            version
        );
        if run(self.connection(), query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn remove(&mut self, id: &CustomFieldId) -> Result<bool, StoreError> {
        let id = id.as_str();
        let query = sqlx::query!("delete from custom_fields where field_id = ?", id);
        Ok(run(self.connection(), query).await? > 0)
    }
}
