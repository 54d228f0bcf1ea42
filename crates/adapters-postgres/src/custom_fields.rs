//! Definitions of custom fields.

use async_trait::async_trait;
use omnicontact_domain::custom_field::{CustomField, Scope};
use omnicontact_ports::{Constraint, CustomFieldRepository, StoreError};

use crate::error::corrupt;
use crate::json;
use crate::transaction::PgTransaction;

#[async_trait]
impl CustomFieldRepository for PgTransaction {
    async fn list(&mut self) -> Result<Vec<CustomField>, StoreError> {
        let query = sqlx::query!(
            "select
                field_id,
                label,
                scope,
                hidden,
                pattern,
                required,
                searchable,
                other_json
            from custom_fields
            order by
                position,
                field_id"
        );
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|row| {
                Ok(CustomField {
                    scope: parse_scope(&row.field_id, &row.scope)?,
                    other: json::read("custom field", &row.field_id, &row.other_json)?,
                    id: row.field_id.into(),
                    label: row.label,
                    hidden: row.hidden,
                    pattern: row.pattern,
                    required: row.required,
                    searchable: row.searchable,
                })
            })
            .collect()
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
                hidden,
                pattern,
                required,
                searchable,
                other_json
            )
            select
                $1::text,
                coalesce(max(position), 0) + 1,
                $2::text,
                $3::text,
                $4::boolean,
                $5::text,
                $6::boolean,
                $7::boolean,
                $8::text
            from custom_fields
            on conflict (field_id) do nothing",
            definition.id.as_str(),
            definition.label,
            scope_text(definition.scope),
            definition.hidden,
            definition.pattern.as_deref(),
            definition.required,
            definition.searchable,
            json::write(&definition.other)?
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Conflict(Constraint::Id)),
            _ => Ok(()),
        }
    }
}

const fn scope_text(scope: Scope) -> &'static str {
    match scope {
        Scope::Visitor => "visitor",
        Scope::Room => "room",
    }
}

fn parse_scope(field: &str, text: &str) -> Result<Scope, StoreError> {
    [Scope::Visitor, Scope::Room]
        .into_iter()
        .find(|scope| scope_text(*scope) == text)
        .ok_or_else(|| corrupt("custom field", field, format!("no such scope: {text}")))
}
