//! Values that agents write beside a conversation (contract, conversations 3.7): field by field, blank removes.

use super::{CustomField, CustomFieldId, Scope};
use crate::value::Fields;

/// A value does not match the pattern of its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid value for custom field {label}")]
pub struct InvalidEdit {
    /// What errors call the field.
    pub label: String,
}

/// Writes values into those stored; blank ones remove what is stored. Fields of another scope and unknown ones
/// are dropped. All are checked before any is written.
///
/// # Errors
/// [`InvalidEdit`]; nothing is changed then.
///
/// ```
/// use omnicontact_domain::custom_field::{Scope, edit_values};
/// let mut stored = None;
/// assert_eq!(edit_values(&mut stored, &[], Scope::Room, &[("plan".into(), "gold".into())]), Ok(()));
/// assert_eq!(stored, None);
/// ```
pub fn edit_values(
    stored: &mut Option<Fields>,
    definitions: &[CustomField],
    scope: Scope,
    sent: &[(CustomFieldId, String)],
) -> Result<(), InvalidEdit> {
    let definition_of =
        |id: &CustomFieldId| definitions.iter().find(|field| field.scope == scope && field.id == *id);
    let is_blank = |value: &str| value.trim().is_empty();
    let known: Vec<_> = sent.iter().filter_map(|(id, value)| Some((definition_of(id)?, value))).collect();
    let refused = known.iter().find(|(field, value)| !is_blank(value) && !field.accepts(value));
    if let Some((field, _)) = refused {
        return Err(InvalidEdit { label: field.display_name().to_owned() });
    }
    for (field, value) in known {
        if !is_blank(value) {
            stored.get_or_insert_default().set(field.id.as_str(), value.as_str());
        } else if let Some(values) = stored {
            values.remove(field.id.as_str());
        }
    }
    Ok(())
}
