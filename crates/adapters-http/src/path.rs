//! Parameters in the path of a URL: `/api/v1/settings/{_id}`. A parameter is one whole segment between slashes;
//! an encoded slash inside belongs to its value.

use crate::percent;
use crate::schema::Invalid;

/// One parameter of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathParameter {
    /// The name in the template.
    pub(crate) name: &'static str,
    /// What it means, for people.
    pub(crate) about: &'static str,
}

/// Typed parameters of a path. Endpoints without any say [`NoPath`].
pub(crate) trait PathParameters: Sized + Send + 'static {
    /// The parameters, in the order of the template. Another order, or another name, does not compile.
    const PARAMETERS: &'static [PathParameter];

    /// Reads the path of a request that matched the template.
    fn read(template: &str, path: &str) -> Result<Self, Invalid>;
}

/// For endpoints whose path has no parameters.
#[derive(Debug)]
pub(crate) struct NoPath;

impl PathParameters for NoPath {
    const PARAMETERS: &'static [PathParameter] = &[];

    fn read(_template: &str, _path: &str) -> Result<Self, Invalid> {
        Ok(Self)
    }
}

/// Declares the parameters of a path:
///
/// ```text
/// path_parameters! {
///     /// Which setting.
///     pub(crate) struct SettingPath {
///         /// Id of the setting.
///         "_id" id: String,
///     }
/// }
/// ```
macro_rules! path_parameters {
    (
        $(#[doc = $about:literal])+
        $vis:vis struct $name:ident {
            $( $(#[doc = $doc:literal])+ $wire:literal $field:ident: String ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        $vis struct $name {
            $( $(#[doc = $doc])+ pub(crate) $field: String, )+
        }

        impl $crate::path::PathParameters for $name {
            const PARAMETERS: &'static [$crate::path::PathParameter] =
                &[$( $crate::path::PathParameter { name: $wire, about: concat!($($doc),+) }, )+];

            fn read(template: &str, path: &str) -> Result<Self, $crate::schema::Invalid> {
                Ok(Self { $( $field: $crate::path::value_of($wire, template, path)?, )+ })
            }
        }
    };
}
pub(crate) use path_parameters;

/// The decoded segment of `path` that stands where `template` has `{name}`.
pub(crate) fn value_of(name: &str, template: &str, path: &str) -> Result<String, Invalid> {
    let names = |segment: &str| parameter_of(segment) == Some(name);
    let segment = template.split('/').zip(path.split('/')).find(|(expected, _)| names(expected));
    let (_, sent) = segment.ok_or_else(|| Invalid::Mismatch(format!("no {name} in {template}")))?;
    let value = percent::decode(sent);
    if value.contains('\0') {
        return Err(Invalid::Nul { field: name.to_owned() });
    }
    Ok(value)
}

/// Whether every parameter has a value. The router lets empty segments pass; the dialect does not.
pub(crate) fn is_complete(template: &str, path: &str) -> bool {
    let mut segments = template.split('/').zip(path.split('/'));
    !segments.any(|(expected, sent)| sent.is_empty() && parameter_of(expected).is_some())
}

fn parameter_of(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Whether a template has exactly these parameters, in this order. Looked at by the compiler.
pub(crate) const fn fits(template: &str, parameters: &[PathParameter]) -> bool {
    let bytes = template.as_bytes();
    let (mut at, mut found) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if found == parameters.len() {
                return false;
            }
            let name = parameters[found].name.as_bytes();
            let mut index = 0;
            while index < name.len() {
                if at + 1 + index >= bytes.len() || bytes[at + 1 + index] != name[index] {
                    return false;
                }
                index += 1;
            }
            at += 1 + name.len();
            if at >= bytes.len() || bytes[at] != b'}' {
                return false;
            }
            found += 1;
        }
        at += 1;
    }
    found == parameters.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    path_parameters! {
        /// Which user, as what.
        struct RolePath {
            /// What.
            "type" kind: String,
            /// Who.
            "_id" id: String,
        }
    }

    const TEMPLATE: &str = "/users/{type}/{_id}";

    #[test]
    fn segments_are_decoded_one_by_one() {
        for (path, kind, id) in [
            ("/users/agent/u1", "agent", "u1"),
            ("/users/a%2Fb/%C3%A9", "a/b", "é"),
            ("/users/%7B_id%7D/%25", "{_id}", "%"),
            ("/users/%zz/a+b", "%zz", "a+b"),
            ("/users/%2e%2e/..", "..", ".."),
        ] {
            let read = RolePath::read(TEMPLATE, path).unwrap();
            assert_eq!((read.kind.as_str(), read.id.as_str()), (kind, id), "{path}");
        }
    }

    #[test]
    fn nul_is_refused_by_name() {
        let refused = RolePath::read(TEMPLATE, "/users/agent/u%001").unwrap_err();
        assert_eq!(refused, Invalid::Nul { field: "_id".to_owned() });
    }

    #[test]
    fn a_template_has_exactly_the_declared_parameters() {
        let parameters = RolePath::PARAMETERS;
        assert!(fits(TEMPLATE, parameters));
        for other in [
            "/users",
            "/users/{type}",
            "/users/{_id}/{type}",
            "/{type}/{_id}/{x}",
            "/{type}/{_idx}",
            "/{type}/{_id",
        ] {
            assert!(!fits(other, parameters), "{other}");
        }
        assert!(fits("/users", &[]) && !fits(TEMPLATE, &[]));
    }
}
