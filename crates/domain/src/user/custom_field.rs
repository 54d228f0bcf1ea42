//! Custom fields of users: definitions in a setting, values on the user (contract, framework 4.4.2). Those of
//! contacts and visitors are another thing: [`crate::custom_field`].

use crate::text::CUSTOM_VALUE_LIMIT;
use crate::value::{Fields, Value};

/// One definition.
#[derive(Debug, Clone, PartialEq)]
struct UserField {
    key: String,
    required: bool,
    /// The texts that a value may be; `None` for any text.
    choices: Option<Vec<String>>,
    /// Characters of a value; 0 for no limit.
    min_length: f64,
    max_length: f64,
    /// Whether everybody sees the value.
    public: bool,
}

/// The definitions: which custom values users have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserFields(Vec<UserField>);

/// The setting holds no usable definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the definitions of user custom fields are no JSON object of objects")]
pub struct InvalidUserFields;

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvalidUserField {
    /// There must be one.
    #[error("{key} is required")]
    Required {
        /// The field.
        key: String,
    },
    /// It is none of the choices, or no text.
    #[error("the value of {key} is invalid")]
    Invalid {
        /// The field.
        key: String,
    },
    /// It is too long.
    #[error("the value of {key} is longer than {limit} characters")]
    TooLong {
        /// The field.
        key: String,
        /// The most characters.
        limit: f64,
    },
    /// It is too short.
    #[error("the value of {key} is shorter than {limit} characters")]
    TooShort {
        /// The field.
        key: String,
        /// The fewest characters.
        limit: f64,
    },
}

impl UserFields {
    /// The setting that holds the definitions, as JSON text.
    pub const SETTING: &str = "Accounts_CustomFields";

    /// Reads the JSON text of the setting. Nothing is defined by a blank one.
    ///
    /// # Errors
    /// [`InvalidUserFields`].
    #[cfg(feature = "serde")]
    pub fn parse(text: &str) -> Result<Self, InvalidUserFields> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let definitions: Fields = serde_json::from_str(text).map_err(|_| InvalidUserFields)?;
        Self::of(&definitions)
    }

    /// The definitions, by key.
    ///
    /// # Errors
    /// [`InvalidUserFields`] when one is no object.
    pub fn of(definitions: &Fields) -> Result<Self, InvalidUserFields> {
        let definition = |(key, value): (&str, &Value)| match value {
            Value::Fields(fields) => Ok(UserField::of(key, fields)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                Err(InvalidUserFields)
            }
        };
        definitions.iter().map(definition).collect::<Result<_, _>>().map(Self)
    }

    /// The values of a form that must be complete, to store them: those that have a definition, as given, in
    /// the order of the definitions.
    ///
    /// # Errors
    /// [`InvalidUserField`], the first.
    pub fn check_form(&self, given: &Fields) -> Result<Fields, InvalidUserField> {
        let mut stored = Fields::default();
        for field in &self.0 {
            let value = given.get(&field.key);
            field.check(value.unwrap_or(&Value::Null))?;
            if let Some(value) = value {
                stored.set(&*field.key, value.clone());
            }
        }
        Ok(stored)
    }

    /// The stored values with the given ones over them: those that have a definition, as given. What is not
    /// given stays, and is not asked for. `None` when there is nothing to store.
    ///
    /// # Errors
    /// [`InvalidUserField`], the first.
    pub fn merged(
        &self,
        stored: Option<&Fields>,
        given: &Fields,
    ) -> Result<Option<Fields>, InvalidUserField> {
        let mut merged = stored.cloned();
        for field in &self.0 {
            if let Some(value) = given.get(&field.key) {
                field.check_given(value)?;
                merged.get_or_insert_default().set(&*field.key, value.clone());
            }
        }
        Ok(merged)
    }

    /// Of stored values, those that everybody sees.
    #[must_use]
    pub fn public(&self, stored: &Fields) -> Fields {
        let is_public = |key: &str| self.0.iter().any(|field| field.public && field.key == key);
        stored
            .iter()
            .filter(|(key, _)| is_public(key))
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect()
    }
}

impl UserField {
    fn of(key: &str, definition: &Fields) -> Self {
        let flag = |name| definition.get(name).and_then(Value::as_bool).unwrap_or(false);
        let is_select = definition.get("type").and_then(Value::as_text) == Some("select");
        Self {
            key: key.to_owned(),
            required: flag("required"),
            choices: is_select.then(|| choices(definition.get("options"))),
            min_length: length(definition.get("minLength")),
            max_length: length(definition.get("maxLength")),
            public: flag("public"),
        }
    }

    /// Checks a value of a form.
    fn check(&self, value: &Value) -> Result<(), InvalidUserField> {
        let key = || self.key.clone();
        let text = text_of(value).ok_or_else(|| InvalidUserField::Invalid { key: key() })?;
        let text = text.trim();
        if self.required && text.is_empty() {
            return Err(InvalidUserField::Required { key: key() });
        }
        if self.choices.as_ref().is_some_and(|choices| !choices.iter().any(|choice| choice == text)) {
            return Err(InvalidUserField::Invalid { key: key() });
        }
        #[expect(clippy::cast_precision_loss, reason = "texts are shorter than 2^52 characters")]
        let length = text.chars().count() as f64;
        let most = if self.max_length > 0.0 { self.max_length.min(LIMIT) } else { LIMIT };
        if length > most {
            return Err(InvalidUserField::TooLong { key: key(), limit: most });
        }
        if !text.is_empty() && length < self.min_length {
            return Err(InvalidUserField::TooShort { key: key(), limit: self.min_length });
        }
        Ok(())
    }

    /// Checks a value that is given alone: an optional one may be emptied.
    fn check_given(&self, value: &Value) -> Result<(), InvalidUserField> {
        let is_emptied = !self.required && text_of(value).is_some_and(|text| text.trim().is_empty());
        if is_emptied { Ok(()) } else { self.check(value) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "the limit is a small number")]
const LIMIT: f64 = CUSTOM_VALUE_LIMIT as f64;

/// The text that a value is checked as; lists and objects have none.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::List(_) | Value::Fields(_) => None,
    }
}

fn choices(options: Option<&Value>) -> Vec<String> {
    match options {
        Some(Value::List(options)) => options.iter().filter_map(text_of).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Fields(_)) | None => {
            Vec::new()
        }
    }
}

/// A length as definitions give it: a number, or its digits.
fn length(value: Option<&Value>) -> f64 {
    value.and_then(text_of).and_then(|text| text.trim().parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
