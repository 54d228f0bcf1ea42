//! `parameters!`: one declaration makes the typed struct and the shape that validates and documents it.

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
/// The style behind the colon (`Match`, `AjvLegacy`, `AjvTyped`) is the original's: it decides what is converted
/// and how refusals are worded. A struct that is declared so can itself be the type of a field, alone or in a
/// list. Other keys are refused; `open struct` lets them pass.
///
/// | type | what may be sent |
/// |---|---|
/// | `String`, `bool`, `f64`, `i64`, `Vec<_>`, `Fields`, another struct | what its name says |
/// | `Value` | any JSON, null included |
/// | `Option<_>` | may be left out; with `[Constraint::Nullable]` also null, which reads as `None`, too |
/// | `Sent<_>` with `[Constraint::Nullable]` | the same, but the handler can tell left out, null and a value apart |
///
/// `Option<Value>` is `None` only if left out: null is a value there. An empty text is a value of `String`
/// everywhere; empty texts that mean null (numbers, flags and lists that may be null) arrive as null.
///
/// Where exactly one of several fields must be given, say `any of struct` or `one of struct` (the original's
/// `anyOf` and `oneOf`): every field is an `Option`, and what may be sent beside it stands behind `with`:
///
/// ```text
/// parameters! {
///     /// Which user.
///     any of struct Query: AjvTyped {
///         /// Id.
///         "userId" user_id: Option<String>,
///         /// Username.
///         "username" username: Option<String>,
///     } with {
///         /// Accepted and ignored.
///         "fields" fields: Option<String>,
///     }
/// }
/// ```
/// `paged struct` adds `count`, `offset` and `sort` in front of its own fields: [`crate::paging`].
macro_rules! parameters {
    // One field, as data.
    (@field $wire:literal, $required:expr, $type:ty, [$($doc:literal)+], [$($constraint:expr),*]) => {
        $crate::schema::Field {
            name: $wire,
            about: concat!($($doc),+),
            required: $required,
            kind: <$type as $crate::schema::ParameterType>::KIND,
            constraints: &[$($constraint),*],
        }
    };

    // One of several objects: a field that must be there, and those that may stand beside any of them.
    (
        @branch $field:expr, {$(
            $(#[doc = $doc:literal])+
            $(#[expect($($expected:tt)+)])?
            $wire:literal $name:ident: $type:ty $([$($constraint:expr),+ $(,)?])?
        ),* $(,)?}
    ) => {
        $crate::schema::Object::closed(&[$field $(, $crate::schema::parameters!(
            @field $wire, <$type as $crate::schema::ParameterType>::REQUIRED, $type, [$($doc)+], [$($($constraint),+)?]
        ))*])
    };

    // The struct, and how it is read.
    (
        @struct [$($about:literal)+] $vis:vis $name:ident {$(
            [$($doc:literal)+] [$($expected:tt)*] $wire:literal $field:ident: $type:ty,
        )*}
    ) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        $vis struct $name {$(
            $(#[doc = $doc])+
            $($expected)*
            pub(crate) $field: $type,
        )*}

        impl $name {
            #[allow(unused_mut, unused_variables, reason = "nothing is taken out where no field is declared")]
            fn of(sent: serde_json::Value) -> Result<Self, $crate::schema::Invalid> {
                let mut sent = $crate::schema::Keys::of(sent)?;
                Ok(Self { $( $field: sent.take($wire)?, )* })
            }
        }
    };

    // What makes a struct the parameters of an endpoint.
    (@root [$($about:literal)+] $name:ident: $style:ident, $settings:expr, $root:expr) => {
        impl $crate::schema::Parameters for $name {
            const SETTINGS: &'static [&'static str] = $settings;
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape {
                about: concat!($($about),+),
                style: $crate::schema::Style::$style,
                root: $root,
            };

            fn read(
                sent: serde_json::Value,
                source: $crate::schema::Source,
            ) -> Result<Self, $crate::schema::Invalid> {
                Self::of($crate::schema::valid(&Self::SHAPE, sent, source)?)
            }
        }
    };

    // An object.
    (
        @object $others:ident [$($about:literal)+] $settings:expr, $vis:vis $name:ident: $style:ident {$(
            $(#[doc = $doc:literal])+
            $(#[expect($($expected:tt)+)])?
            $wire:literal $field:ident: $type:ty $([$($constraint:expr),+ $(,)?])?
        ),* $(,)?}
    ) => {
        $crate::schema::parameters! { @struct [$($about)+] $vis $name {$(
            [$($doc)+] [$(#[expect($($expected)+)])?] $wire $field: $type,
        )*}}

        impl $name {
            const OBJECT: $crate::schema::Object = $crate::schema::Object::$others(&[$(
                $crate::schema::parameters!(
                    @field $wire, <$type as $crate::schema::ParameterType>::REQUIRED, $type,
                    [$($doc)+], [$($($constraint),+)?]
                ),
            )*]);
        }

        impl $crate::schema::ParameterType for $name {
            const KIND: $crate::schema::Kind = $crate::schema::Kind::Object(Self::OBJECT);

            fn from_valid(sent: serde_json::Value) -> Result<Self, $crate::schema::Invalid> {
                Self::of(sent)
            }
        }

        $crate::schema::parameters! {
            @root [$($about)+] $name: $style, $settings, $crate::schema::Root::Object(Self::OBJECT)
        }
    };

    // Alternatives. What stands beside them comes twice: to be read here, and for each alternative.
    (
        @alternatives $root:ident [$($about:literal)+] $vis:vis $name:ident: $style:ident {$(
            $(#[doc = $doc:literal])+
            $wire:literal $field:ident: Option<$type:ty> $([$($constraint:expr),+ $(,)?])?
        ),+ $(,)?} {$(
            $(#[doc = $common_doc:literal])+
            $(#[expect($($expected:tt)+)])?
            $common_wire:literal $common:ident: $common_type:ty $([$($common_constraint:expr),+ $(,)?])?
        ),* $(,)?} $beside:tt
    ) => {
        $crate::schema::parameters! { @struct [$($about)+] $vis $name {
            $( [$($doc)+] [] $wire $field: Option<$type>, )+
            $( [$($common_doc)+] [$(#[expect($($expected)+)])?] $common_wire $common: $common_type, )*
        }}

        $crate::schema::parameters! {
            @root [$($about)+] $name: $style, &[], $crate::schema::Root::$root(&[$(
                $crate::schema::parameters!(@branch $crate::schema::parameters!(
                    @field $wire, true, $type, [$($doc)+], [$($($constraint),+)?]
                ), $beside),
            )+])
        }
    };

    // What is written.
    ($(#[doc = $about:literal])+ $vis:vis struct $name:ident: $style:ident $fields:tt) => {
        $crate::schema::parameters! { @object closed [$($about)+] &[], $vis $name: $style $fields }
    };
    ($(#[doc = $about:literal])+ open $vis:vis struct $name:ident: $style:ident $fields:tt) => {
        $crate::schema::parameters! { @object open [$($about)+] &[], $vis $name: $style $fields }
    };
    ($(#[doc = $about:literal])+ paged $vis:vis struct $name:ident: $style:ident {$($fields:tt)*}) => {
        $crate::schema::parameters! {
            @object closed [$($about)+] omnicontact_domain::page::SETTINGS, $vis $name: $style {
                /// How many items the page has at the most; 0 asks for all.
                "count" count: Option<f64>,
                /// How many items come before the page.
                "offset" offset: Option<f64>,
                /// JSON text of an object: keys with 1 (the least first) or -1, the most important one first.
                "sort" sort: Option<String>,
                $($fields)*
            }
        }

        impl $crate::paging::Paged for $name {
            fn count_and_offset(&self) -> (Option<f64>, Option<f64>) {
                (self.count, self.offset)
            }

            fn sort(&self) -> Option<&str> {
                self.sort.as_deref()
            }
        }
    };
    ($(#[doc = $about:literal])+ one of $vis:vis struct $name:ident: $style:ident $fields:tt) => {
        $crate::schema::parameters! { @alternatives OneOf [$($about)+] $vis $name: $style $fields {} {} }
    };
    ($(#[doc = $about:literal])+ one of $vis:vis struct $name:ident: $style:ident $fields:tt with $beside:tt) => {
        $crate::schema::parameters! {
            @alternatives OneOf [$($about)+] $vis $name: $style $fields $beside $beside
        }
    };
    ($(#[doc = $about:literal])+ any of $vis:vis struct $name:ident: $style:ident $fields:tt) => {
        $crate::schema::parameters! { @alternatives AnyOf [$($about)+] $vis $name: $style $fields {} {} }
    };
    ($(#[doc = $about:literal])+ any of $vis:vis struct $name:ident: $style:ident $fields:tt with $beside:tt) => {
        $crate::schema::parameters! {
            @alternatives AnyOf [$($about)+] $vis $name: $style $fields $beside $beside
        }
    };
}
pub(crate) use parameters;

#[cfg(test)]
mod tests;
