//! Definitions as they are sent and answered.

use omnicontact_domain::custom_field::{CustomField, CustomFieldId, Definition, Scope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::schema::{Constraint, Invalid, Kind, ParameterType, parameters};

parameters! {
    /// What is said of a field. Other keys are kept, too.
    open pub(crate) struct KnownKeys: AjvTyped {
        /// The id of a new field: letters, digits, `-` and `_`.
        "field" field: String,
        /// The name that people see.
        "label" label: String,
        /// What the values belong to.
        "scope" scope: String [Constraint::Enum(&["visitor", "room"])],
        /// `hidden` keeps the field from people who fill in contacts; any other text does not.
        "visibility" visibility: String,
        /// `input` or `select`.
        #[expect(dead_code, reason = "kept with the other keys")]
        "type" kind: Option<String> [Constraint::Nullable],
        /// A pattern (JavaScript syntax) that values must match.
        #[expect(dead_code, reason = "kept with the other keys")]
        "regexp" regexp: Option<String> [Constraint::Nullable],
        /// Whether contacts must have a value.
        #[expect(dead_code, reason = "kept with the other keys")]
        "required" required: Option<bool> [Constraint::Nullable],
        /// What a widget offers first.
        #[expect(dead_code, reason = "kept with the other keys")]
        "defaultValue" default_value: Option<String> [Constraint::Nullable],
        /// The choices of a `select`, with commas between.
        #[expect(dead_code, reason = "kept with the other keys")]
        "options" options: Option<String> [Constraint::Nullable],
        /// Whether widgets ask for a value.
        #[expect(dead_code, reason = "kept with the other keys")]
        "public" public: Option<bool> [Constraint::Nullable],
        /// Whether values take part in searches.
        #[expect(dead_code, reason = "kept with the other keys")]
        "searchable" searchable: Option<bool> [Constraint::Nullable],
    }
}

/// What is said of a field, with all keys.
#[derive(Debug)]
pub(crate) struct DefinitionBody {
    known: KnownKeys,
    all: Fields,
}

impl ParameterType for DefinitionBody {
    const KIND: Kind = KnownKeys::KIND;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        Ok(Self { all: Fields::from_valid(sent.clone())?, known: KnownKeys::from_valid(sent)? })
    }
}

impl DefinitionBody {
    /// The id that it would have, and the rest.
    pub(crate) fn into_definition(self) -> (CustomFieldId, Definition) {
        let Self { known, all } = self;
        let scope = Scope::parse(&known.scope).unwrap_or(Scope::Visitor);
        let definition = Definition { label: known.label, scope, visibility: known.visibility, other: all };
        (known.field.into(), definition)
    }
}

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomFieldBody {
    /// The key of its values.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: CustomFieldId,
    /// The name that people see.
    label: String,
    /// What the values belong to: `visitor` or `room`.
    scope: &'static str,
    /// `hidden`, or any other text.
    visibility: String,
    /// All other keys, as they were sent.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    other: Fields,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<CustomField> for CustomFieldBody {
    fn from(field: CustomField) -> Self {
        Self {
            id: field.id,
            label: field.label,
            scope: field.scope.as_str(),
            visibility: field.visibility,
            other: field.other,
            updated_at: field.updated_at,
        }
    }
}
