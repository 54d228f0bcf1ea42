//! What holds of a value besides its type, and the words of JSON Schema for it.

use omnicontact_domain::pattern::Pattern;
use serde_json::Value;

use super::number;

/// One keyword of JSON Schema. A keyword that does not fit a value's type says nothing about it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(dead_code, reason = "not every endpoint of the dialect is here yet")]
pub(crate) enum Constraint {
    /// The value may be null.
    Nullable,
    /// The type is a union with null, and the message says so (`must be string,null`).
    OrNull,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// Exactly this text.
    Const(&'static str),
    /// At least this many characters.
    MinLength(usize),
    /// At most this many characters.
    MaxLength(usize),
    /// Contains a match of this pattern (JavaScript syntax).
    Pattern(&'static str),
    /// A named form.
    Format(Format),
    /// More than white space.
    NotBlank,
    /// At least this number.
    Minimum(i32),
    /// At most this number.
    Maximum(i32),
    /// At least this many items.
    MinItems(usize),
    /// At most this many items.
    MaxItems(usize),
    /// No item twice.
    UniqueItems,
    /// At least this many keys.
    MinProperties(usize),
}

/// A named form of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "not every endpoint of the dialect is here yet")]
pub(crate) enum Format {
    /// One `@` with something that has none on either side.
    BasicEmail,
    /// A local part of RFC 5322, and host labels with dots between them.
    RfcEmail,
}

/// When a keyword is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// With the type.
    Type,
    /// After the type, whatever it is.
    AnyType,
    /// Then, by type.
    ByType,
    /// After the items of a list.
    AfterItems,
}

impl Constraint {
    /// When the keyword is looked at.
    pub(crate) const fn phase(self) -> Phase {
        match self {
            Self::Nullable | Self::OrNull => Phase::Type,
            Self::Enum(_) | Self::Const(_) => Phase::AnyType,
            Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Pattern(_)
            | Self::Format(_)
            | Self::NotBlank
            | Self::Minimum(_)
            | Self::Maximum(_)
            | Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::MinProperties(_) => Phase::ByType,
            Self::UniqueItems => Phase::AfterItems,
        }
    }

    /// Checks a value of the right type.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        let fine = match self {
            Self::Nullable | Self::OrNull => true,
            Self::Enum(texts) => value.as_str().is_some_and(|text| texts.contains(&text)),
            Self::Const(text) => value.as_str() == Some(text),
            Self::MinLength(least) => text(value).is_none_or(|text| text.chars().count() >= least),
            Self::MaxLength(most) => text(value).is_none_or(|text| text.chars().count() <= most),
            Self::Pattern(source) => text(value).is_none_or(|text| matches(source, text)),
            Self::Format(format) => text(value).is_none_or(|text| format.fits(text)),
            Self::NotBlank => text(value).is_none_or(|text| !text.trim().is_empty()),
            Self::Minimum(least) => value.as_f64().is_none_or(|number| number >= f64::from(least)),
            Self::Maximum(most) => value.as_f64().is_none_or(|number| number <= f64::from(most)),
            Self::MinItems(least) => value.as_array().is_none_or(|items| items.len() >= least),
            Self::MaxItems(most) => value.as_array().is_none_or(|items| items.len() <= most),
            Self::UniqueItems => value.as_array().and_then(|items| duplicates(items)).is_none(),
            Self::MinProperties(least) => value.as_object().is_none_or(|object| object.len() >= least),
        };
        if fine { Ok(()) } else { Err(self.complaint(value)) }
    }

    fn complaint(self, value: &Value) -> String {
        match self {
            Self::Nullable | Self::OrNull => String::new(),
            Self::Enum(_) => "must be equal to one of the allowed values".to_owned(),
            Self::Const(_) => "must be equal to constant".to_owned(),
            Self::MinLength(least) => format!("must NOT have fewer than {least} characters"),
            Self::MaxLength(most) => format!("must NOT have more than {most} characters"),
            Self::Pattern(source) => format!("must match pattern \"{source}\""),
            Self::Format(format) => format!("must match format \"{}\"", format.name()),
            Self::NotBlank => "must pass \"isNotEmpty\" keyword validation".to_owned(),
            Self::Minimum(least) => format!("must be >= {least}"),
            Self::Maximum(most) => format!("must be <= {most}"),
            Self::MinItems(least) => format!("must NOT have fewer than {least} items"),
            Self::MaxItems(most) => format!("must NOT have more than {most} items"),
            Self::UniqueItems => {
                let (later, earlier) =
                    value.as_array().and_then(|items| duplicates(items)).unwrap_or_default();
                format!("must NOT have duplicate items (items ## {later} and {earlier} are identical)")
            }
            Self::MinProperties(least) => format!("must NOT have fewer than {least} properties"),
        }
    }
}

impl Format {
    /// The name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BasicEmail => "basic_email",
            Self::RfcEmail => "rfc_email",
        }
    }

    fn fits(self, text: &str) -> bool {
        let Some((local, host)) = text.split_once('@') else { return false };
        match self {
            Self::BasicEmail => !local.is_empty() && !host.is_empty() && !host.contains('@'),
            Self::RfcEmail => local.split('.').all(is_atom) && host.split('.').all(is_host_label),
        }
    }
}

/// The atoms of RFC 5322, 3.2.3.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c))
}

fn is_host_label(text: &str) -> bool {
    let hyphen_outside = text.starts_with('-') || text.ends_with('-');
    (1..=63).contains(&text.len())
        && !hyphen_outside
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn matches(source: &str, text: &str) -> bool {
    Pattern::new(source).and_then(|pattern| pattern.matches(text)).unwrap_or(false)
}

/// The duplicate that is found first when one looks from the end, with its next occurrence behind it.
fn duplicates(items: &[Value]) -> Option<(usize, usize)> {
    let mut last = std::collections::HashMap::new();
    for (index, item) in items.iter().enumerate().rev() {
        let key = number::key_of(item);
        if let Some(later) = last.get(&key) {
            return Some((*later, index));
        }
        last.insert(key, index);
    }
    None
}
