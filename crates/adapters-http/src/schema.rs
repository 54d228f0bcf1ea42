//! Parameters: their shape, declared once with [`parameters!`]. Validation (`match_style`, `ajv`), the typed
//! struct that a handler gets, and the `OpenAPI` document all follow from it.

mod ajv;
mod coercion;
mod constraint;
mod document;
mod match_style;
mod nul;
mod number;
mod parameters;
mod types;

use serde_json::Value;

pub(crate) use constraint::{Constraint, Format};
pub(crate) use document::{query_parameters, request_schema};
pub(crate) use nul::{holds_nul, refuse_nul};
pub(crate) use parameters::parameters;
#[allow(unused_imports, reason = "not every endpoint of the dialect is here yet")]
pub(crate) use types::Sent;
pub(crate) use types::{Keys, ParameterType};

/// Where a request carries its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the query string: GET.
    Query,
    /// In the body: every other method.
    Body,
}

/// Who says what is wrong with parameters, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `Match error: ...` (contract, framework 1.8).
    Match,
    /// JSON Schema with ` [invalid-params]` at the end (contract, framework 1.7, "legacy").
    AjvLegacy,
    /// JSON Schema without a suffix (contract, framework 1.7, "new-style").
    AjvTyped,
    /// The endpoint reads what it gets and complains itself, or ignores it.
    Lenient,
}

/// Everything that may be said about the parameters of an endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// What the parameters say, for people.
    pub(crate) about: &'static str,
    /// Who complains.
    pub(crate) style: Style,
    /// The fields.
    pub(crate) root: Root,
}

/// What the outermost value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Root {
    /// This object.
    Object(Object),
    /// Exactly one of these objects.
    OneOf(&'static [Object]),
    /// At least one of these objects.
    AnyOf(&'static [Object]),
}

/// An object with known keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object {
    /// The keys, in the order in which they are checked.
    pub(crate) fields: &'static [Field],
    /// Whether other keys are refused.
    pub(crate) closed: bool,
}

impl Object {
    /// An object with these keys and no others.
    pub(crate) const fn closed(fields: &'static [Field]) -> Self {
        Self { fields, closed: true }
    }

    /// An object with these keys and maybe others.
    pub(crate) const fn open(fields: &'static [Field]) -> Self {
        Self { fields, closed: false }
    }
}

/// One key of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// The key on the wire.
    pub(crate) name: &'static str,
    /// What it means, for people.
    pub(crate) about: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What its value is.
    pub(crate) kind: Kind,
    /// What else holds of its value.
    pub(crate) constraints: &'static [Constraint],
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// An array.
    List(&'static Kind),
    /// Any object.
    AnyObject,
    /// An object with known keys.
    Object(Object),
    /// Anything, null included.
    Any,
}

/// What is wrong with the parameters of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// What a Match pattern says, without `Match error: `.
    Match(String),
    /// What a JSON Schema says, complete.
    Schema {
        /// The messages, joined.
        message: String,
        /// The value of `errorType`.
        error_type: &'static str,
    },
    /// A text holds U+0000.
    Nul {
        /// The outermost key.
        field: String,
    },
    /// Shape and typed struct disagree: a fault of this program.
    Mismatch(String),
}

/// Typed parameters of an endpoint.
pub(crate) trait Parameters: Sized + Send + 'static {
    /// Their shape.
    const SHAPE: Shape;
    /// Settings that decide what they mean; [`crate::endpoint::Call`] has their stored values.
    const SETTINGS: &'static [&'static str] = &[];

    /// Reads what a request carries.
    fn read(sent: Value, source: Source) -> Result<Self, Invalid>;
}

/// What `parameters!` does before it reads: validate and convert by style, refuse NUL.
pub(crate) fn valid(shape: &Shape, mut sent: Value, source: Source) -> Result<Value, Invalid> {
    validate(shape, &mut sent, source)?;
    refuse_nul(&sent)?;
    Ok(sent)
}

fn validate(shape: &Shape, sent: &mut Value, source: Source) -> Result<(), Invalid> {
    match shape.style {
        Style::Match => match_style::check_root(shape.root, sent).map_err(Invalid::Match),
        Style::AjvLegacy => ajv::validate(shape.root, sent, source).map_err(|messages| Invalid::Schema {
            message: format!("{messages} [invalid-params]"),
            error_type: "invalid-params",
        }),
        Style::AjvTyped => ajv::validate(shape.root, sent, source).map_err(|message| Invalid::Schema {
            message,
            error_type: match source {
                Source::Query => "error-invalid-params",
                Source::Body => "invalid-params",
            },
        }),
        Style::Lenient => Ok(()),
    }
}

/// For endpoints without parameters: whatever is sent is ignored.
#[derive(Debug)]
pub(crate) struct NoParameters;

impl Parameters for NoParameters {
    const SHAPE: Shape = Shape { about: "", style: Style::Lenient, root: Root::Object(Object::open(&[])) };

    fn read(_sent: Value, _source: Source) -> Result<Self, Invalid> {
        Ok(Self)
    }
}
