//! `GET /meteor_runtime_config.js` (contract, framework 1.15): the public address of the server, as a script
//! whose address changes with it.

use axum::http::Method;
use omnicontact_domain::setting::{SITE_URL, SettingValues};
use omnicontact_domain::text::fingerprint;
use omnicontact_domain::value::Value;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::answer::Caching;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Field, Invalid, Kind, Object, Parameters, Root, Shape, Source, Style};

/// The script as the settings make it now.
pub(super) struct RuntimeConfig {
    pub(super) script: String,
    /// What its address ends with.
    pub(super) hash: String,
}

impl RuntimeConfig {
    pub(super) fn new(settings: &SettingValues, root_url: &str) -> Self {
        let site_url = settings.stored(SITE_URL).and_then(Value::as_text).unwrap_or(root_url);
        let config = json!({"ROOT_URL": site_url}).to_string();
        // Nothing in it may end a script element, whoever puts it into one.
        let script = format!("__meteor_runtime_config__ = {};\n", config.replace('<', "\\u003c"));
        let hash = fingerprint(&script);
        Self { script, hash }
    }
}

/// Which script is wanted.
#[derive(Debug)]
pub(crate) struct Query {
    /// The hash of the script that the caller knows of.
    hash: Option<String>,
}

impl Parameters for Query {
    const SETTINGS: &'static [&'static str] = &[SITE_URL];
    const SHAPE: Shape = Shape {
        about: "Which script is wanted.",
        style: Style::Lenient,
        root: Root::Object(Object::open(&[Field {
            name: "hash",
            about: "As the root page has it.",
            required: true,
            kind: Kind::Text,
            constraints: &[],
        }])),
    };

    fn read(sent: serde_json::Value, _source: Source) -> Result<Self, Invalid> {
        Ok(Self { hash: sent["hash"].as_str().map(str::to_owned) })
    }
}

/// A script.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Script(String);

/// See what browsers must know.
pub(crate) struct ShowRuntimeConfig;

impl Endpoint for ShowRuntimeConfig {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = Query;
    type Output = Script;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/meteor_runtime_config.js",
        operation: "show_runtime_config",
        summary: "See the public address of the server, as a script",
        access: Access::PUBLIC,
        limit: Limit::Unlimited,
        envelope: Envelope::Page {
            content_type: "application/javascript; charset=UTF-8",
            caching: Caching::Hour,
        },
        errors: &[ErrorDoc { status: 404, text: "404 Not Found" }],
    };

    async fn handle(call: Call<Nobody>, query: Query) -> Result<Script, ApiError> {
        let config = RuntimeConfig::new(&call.settings, &call.ctx().root_url);
        if query.hash.as_ref() == Some(&config.hash) {
            Ok(Script(config.script))
        } else {
            Err(ApiError::NoPage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_the_address_and_nothing_ends_a_script() {
        let config = |url: &str| {
            let stored = SettingValues::new(vec![(SITE_URL.to_owned(), Value::from(url))]);
            RuntimeConfig::new(&stored, "http://unused")
        };
        let (first, second) = (config("http://a"), config("http://b"));
        assert_eq!(first.script, "__meteor_runtime_config__ = {\"ROOT_URL\":\"http://a\"};\n");
        assert_eq!((first.hash.len(), first.hash == second.hash), (40, false));
        assert_eq!(config("http://a").hash, first.hash);
        assert!(!config("</script>").script.contains('<'));
        let unset = RuntimeConfig::new(&SettingValues::default(), "http://root");
        assert!(unset.script.contains("\"http://root\""));
    }
}
