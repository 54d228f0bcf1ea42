//! Single values that visitors set over their widget (contract, conversations 2.6 and 2.7).

use super::{CustomField, CustomFieldId};

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The field.
    pub field: CustomFieldId,
    /// The value, stored as given.
    pub value: String,
    /// Whether it may take the place of another one.
    pub overwrite: bool,
}

/// Why an assignment is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// There is no such field, or nothing is assigned at all.
    #[error("there is no such custom field")]
    NoField,
    /// The value does not match the field's pattern.
    #[error("invalid value for custom field {field}")]
    Value {
        /// The field's id.
        field: CustomFieldId,
    },
}

/// Each assignment with the definition of its field, in the order given. Hidden fields count, too; blank values
/// are values. All are checked before any is used.
///
/// # Errors
/// [`AssignmentError`]: unknown fields first, then values; each in the order given.
///
/// ```
/// use omnicontact_domain::custom_field::{Assignment, AssignmentError, assignable};
/// let plan = Assignment { field: "plan".into(), value: "gold".into(), overwrite: true };
/// assert_eq!(assignable(&[], &[plan]), Err(AssignmentError::NoField));
/// ```
pub fn assignable<'a>(
    definitions: &'a [CustomField],
    assignments: &'a [Assignment],
) -> Result<Vec<(&'a CustomField, &'a Assignment)>, AssignmentError> {
    if assignments.is_empty() {
        return Err(AssignmentError::NoField);
    }
    let definition_of = |assignment: &Assignment| {
        definitions.iter().find(|field| field.id == assignment.field).ok_or(AssignmentError::NoField)
    };
    let pairs: Vec<_> = assignments
        .iter()
        .map(|assignment| Ok((definition_of(assignment)?, assignment)))
        .collect::<Result<_, AssignmentError>>()?;
    match pairs.iter().find(|(field, assignment)| !field.accepts(&assignment.value)) {
        Some((field, _)) => Err(AssignmentError::Value { field: field.id.clone() }),
        None => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_field::test::definition;

    fn assign(field: &str, value: &str) -> Assignment {
        Assignment { field: field.into(), value: value.into(), overwrite: true }
    }

    #[test]
    fn each_assignment_finds_its_definition_in_the_order_given() {
        let hidden = CustomField { visibility: "hidden".into(), ..definition("cf2", &[]) };
        let definitions = [definition("cf1", &[]), hidden];
        let given = [assign("cf2", ""), assign("cf1", " x ")];
        let found: Vec<_> = assignable(&definitions, &given)
            .unwrap()
            .into_iter()
            .map(|(field, assignment)| (field.id.as_str(), assignment.value.as_str()))
            .collect();
        assert_eq!(found, [("cf2", ""), ("cf1", " x ")]);
    }

    #[test]
    fn an_unknown_field_wins_over_a_bad_value() {
        let definitions = [definition("cf1", &[("regexp", "^[0-9]+$".into())])];
        let bad = assign("cf1", "x");
        let refused = |given: &[Assignment]| assignable(&definitions, given).unwrap_err();
        assert_eq!(refused(&[bad.clone(), assign("nothing", "1")]), AssignmentError::NoField);
        assert_eq!(refused(&[assign("cf1", "1"), bad]), AssignmentError::Value { field: "cf1".into() });
        assert_eq!(refused(&[]), AssignmentError::NoField);
    }
}
