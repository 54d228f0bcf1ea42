//! Definitions of custom fields.

use async_trait::async_trait;
use omnicontact_domain::custom_field::{CustomField, Scope};
use omnicontact_ports::{Constraint, CustomFieldRepository, StoreError};

use crate::error::{corrupt, store_error};
use crate::json;
use crate::transaction::{SqliteTransaction, run};

struct CustomFieldRow {
    field_id: String,
    label: String,
    scope: String,
    hidden: bool,
    pattern: Option<String>,
    required: bool,
    searchable: bool,
    other_json: String,
}

const fn scope_text(scope: Scope) -> &'static str {
    match scope {
        Scope::Visitor => "visitor",
        Scope::Room => "room",
    }
}

impl CustomFieldRow {
    fn into_custom_field(self) -> Result<CustomField, StoreError> {
        let scope = [Scope::Visitor, Scope::Room].into_iter().find(|scope| scope_text(*scope) == self.scope);
        let Some(scope) = scope else {
            return Err(corrupt("custom field", &self.field_id, format!("unknown scope {}", self.scope)));
        };
        Ok(CustomField {
            label: self.label,
            scope,
            hidden: self.hidden,
            pattern: self.pattern,
            required: self.required,
            searchable: self.searchable,
            other: json::read("custom field", &self.field_id, &self.other_json)?,
            id: self.field_id.into(),
        })
    }
}

#[async_trait]
impl CustomFieldRepository for SqliteTransaction {
    async fn list(&mut self) -> Result<Vec<CustomField>, StoreError> {
        let rows = sqlx::query_as!(
            CustomFieldRow,
            r#"select
                field_id,
                label,
                scope,
                hidden as "hidden: bool",
                pattern,
                required as "required: bool",
                searchable as "searchable: bool",
                other_json
            from custom_fields
            order by position, field_id"#
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter().map(CustomFieldRow::into_custom_field).collect()
    }

    async fn add(&mut self, definition: &CustomField) -> Result<(), StoreError> {
        let id = definition.id.as_str();
        let scope = scope_text(definition.scope);
        let other_json = json::write(&definition.other)?;
        let query = sqlx::query!(
            "insert into custom_fields (
                field_id,
                position,
                label,
                scope,
                hidden,
                pattern,
                required,
                searchable,
                other_json
            )
            select
                ?,
                coalesce(max(position), 0) + 1,
                ?,
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
            definition.hidden,
            definition.pattern,
            definition.required,
            definition.searchable,
            other_json
        );
        if run(self.connection(), query).await? == 0 {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        Ok(())
    }
}
