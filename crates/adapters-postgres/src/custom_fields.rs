//! Definitions of custom fields. The columns for what they hide, demand and search are written for servers of a
//! former version only.

use async_trait::async_trait;
use omnicontact_domain::custom_field::{CustomField, CustomFieldId, Scope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, CustomFieldRepository, StoreError};

use crate::error::corrupt;
use crate::json;
use crate::transaction::PgTransaction;

#[async_trait]
impl CustomFieldRepository for PgTransaction {
    async fn list(&mut self) -> Result<Vec<CustomField>, StoreError> {
        let query = sqlx::query_as!(
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
            order by
                position,
                field_id"
        );
        self.all(query).await?.into_iter().map(CustomFieldRow::into_definition).collect()
    }

    async fn find(&mut self, id: &CustomFieldId) -> Result<Option<CustomField>, StoreError> {
        let query = sqlx::query_as!(
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
            where field_id = $1",
            id.as_str()
        );
        self.optional(query).await?.map(CustomFieldRow::into_definition).transpose()
    }

    async fn add(&mut self, definition: &CustomField) -> Result<(), StoreError> {
        // Readers pass; other definitions wait, so that each gets a place of its own.
        self.execute(sqlx::query!("lock table custom_fields in exclusive mode")).await?;
        let query = sqlx::query!(
            "insert into custom_fields (
                field_id,
                position,
                label,
                scope,
                visibility,
                other_json,
                updated_at,
                version,
                hidden,
                pattern,
                required,
                searchable
            )
            select
                $1::text,
                coalesce(max(position), 0) + 1,
                $2::text,
                $3::text,
                $4::text,
                $5::text,
                $6::bigint,
                $7::bigint,
                $8::boolean,
                $9::text,
                $10::boolean,
                $11::boolean
            from custom_fields
            on conflict (field_id) do nothing",
            definition.id.as_str(),
            definition.label,
            definition.scope.as_str(),
            definition.visibility,
            json::write(&definition.other)?,
            definition.updated_at.as_millis(),
            definition.version.number(),
            definition.visibility == "hidden",
            definition.pattern(),
            definition.is_required(),
            definition.is_searchable()
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Conflict(Constraint::Id)),
            _ => Ok(()),
        }
    }

    async fn update(&mut self, definition: &CustomField) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update custom_fields
            set
                label = $3,
                scope = $4,
                visibility = $5,
                other_json = $6,
                updated_at = $7,
                version = $8,
                hidden = $9,
                pattern = $10,
                required = $11,
                searchable = $12
            where field_id = $1
                and version = $2",
            definition.id.as_str(),
            definition.version.number(),
            definition.label,
            definition.scope.as_str(),
            definition.visibility,
            json::write(&definition.other)?,
            definition.updated_at.as_millis(),
            definition.version.next().number(),
            definition.visibility == "hidden",
            definition.pattern(),
            definition.is_required(),
            definition.is_searchable()
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Stale),
            _ => Ok(()),
        }
    }

    async fn remove(&mut self, id: &CustomFieldId) -> Result<bool, StoreError> {
        let query = sqlx::query!("delete from custom_fields where field_id = $1", id.as_str());
        Ok(self.execute(query).await? > 0)
    }
}

/// A row of `custom_fields`.
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
    fn into_definition(self) -> Result<CustomField, StoreError> {
        let id = self.field_id;
        let scope = Scope::parse(&self.scope)
            .ok_or_else(|| corrupt("custom field", &id, format!("no such scope: {}", self.scope)))?;
        Ok(CustomField {
            scope,
            other: json::read("custom field", &id, &self.other_json)?,
            label: self.label,
            visibility: self.visibility,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}
