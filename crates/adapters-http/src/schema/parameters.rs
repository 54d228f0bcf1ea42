//! `parameters!`: one declaration makes the typed struct and the shape that validates and documents it.

use omnicontact_domain::value::Fields;

use super::Kind;

/// A Rust type that a parameter may have.
pub(crate) trait ParameterType {
    /// What is accepted on the wire.
    const KIND: Kind;
    /// Whether the parameter must be there.
    const REQUIRED: bool = true;
}

impl ParameterType for String {
    const KIND: Kind = Kind::Text;
}

impl ParameterType for bool {
    const KIND: Kind = Kind::Flag;
}

impl ParameterType for f64 {
    const KIND: Kind = Kind::Number;
}

impl ParameterType for i64 {
    const KIND: Kind = Kind::Integer;
}

impl ParameterType for Fields {
    const KIND: Kind = Kind::AnyObject;
}

impl<T: ParameterType> ParameterType for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
}

impl<T: ParameterType> ParameterType for Option<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;
}

/// Declares parameters, in the order in which they are checked:
///
/// ```text
/// parameters! {
///     /// Which contact.
///     pub(crate) struct Query: Match {
///         /// Id of the visitor.
///         "contactId" contact_id: String,
///         /// Addresses.
///         "emails" emails: Option<Vec<String>> [Constraint::UniqueItems],
///     }
/// }
/// ```
///
/// `Option` means "may be absent"; "may be null" is [`super::Constraint::Nullable`]. Where exactly one field
/// of several must be given, say `one of struct`: then every field is an `Option`.
macro_rules! parameters {
    (
        $(#[doc = $about:literal])+
        $vis:vis struct $name:ident: $style:ident {
            $(
                $(#[doc = $doc:literal])+
                $(#[expect($($expected:tt)+)])?
                $wire:literal $field:ident: $type:ty $([$($constraint:expr),+ $(,)?])?
            ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, serde::Deserialize)]
        $vis struct $name {
            $(
                $(#[doc = $doc])+
                $(#[expect($($expected)+)])?
                #[serde(rename = $wire)]
                pub(crate) $field: $type,
            )+
        }

        impl $name {
            const FIELDS: &'static [$crate::schema::Field] = &[$(
                $crate::schema::Field {
                    name: $wire,
                    about: concat!($($doc),+),
                    required: <$type as $crate::schema::ParameterType>::REQUIRED,
                    kind: <$type as $crate::schema::ParameterType>::KIND,
                    constraints: &[$($($constraint),+)?],
                },
            )+];
        }

        impl $crate::schema::ParameterType for $name {
            const KIND: $crate::schema::Kind = $crate::schema::Kind::Object(Self::FIELDS);
        }

        impl $crate::schema::Parameters for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape {
                about: concat!($($about),+),
                style: $crate::schema::Style::$style,
                root: $crate::schema::Root::Fields(Self::FIELDS),
            };

            fn read(
                sent: serde_json::Value,
                source: $crate::schema::Source,
            ) -> Result<Self, $crate::schema::Invalid> {
                $crate::schema::read(&Self::SHAPE, sent, source)
            }
        }
    };
    (
        $(#[doc = $about:literal])+
        one of $vis:vis struct $name:ident: $style:ident {
            $(
                $(#[doc = $doc:literal])+
                $wire:literal $field:ident: Option<$type:ty> $([$($constraint:expr),+ $(,)?])?
            ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, serde::Deserialize)]
        $vis struct $name {
            $( $(#[doc = $doc])+ #[serde(rename = $wire)] pub(crate) $field: Option<$type>, )+
        }

        impl $crate::schema::Parameters for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape {
                about: concat!($($about),+),
                style: $crate::schema::Style::$style,
                root: $crate::schema::Root::OneOf(&[$(
                    &[$crate::schema::Field {
                        name: $wire,
                        about: concat!($($doc),+),
                        required: true,
                        kind: <$type as $crate::schema::ParameterType>::KIND,
                        constraints: &[$($($constraint),+)?],
                    }],
                )+]),
            };

            fn read(
                sent: serde_json::Value,
                source: $crate::schema::Source,
            ) -> Result<Self, $crate::schema::Invalid> {
                $crate::schema::read(&Self::SHAPE, sent, source)
            }
        }
    };
}
pub(crate) use parameters;
