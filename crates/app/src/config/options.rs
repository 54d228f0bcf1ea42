//! The options, declared once: flag, environment variable, key in the file, default and explanation.
//! The page `docs/configuration.md` is generated from here.

use clap::{Arg, ArgAction};

/// One option.
#[derive(Debug)]
pub(crate) struct Opt {
    /// The key in the file; the flag has dashes instead of underscores.
    pub(crate) key: &'static str,
    /// The environment variable.
    pub(crate) env: &'static str,
    /// What the help calls the value.
    pub(crate) value: &'static str,
    /// The default, as text.
    pub(crate) default: Option<&'static str>,
    /// What it is for.
    pub(crate) about: &'static str,
}

impl Opt {
    pub(crate) fn flag(&'static self) -> Arg {
        let default = self.default.map_or_else(String::new, |text| format!(" [default: {text}]"));
        Arg::new(self.key)
            .long(self.flag_name())
            .value_name(self.value)
            .help(format!("{}{default} [env: {}]", self.about, self.env))
            .action(ArgAction::Set)
            .global(true)
            .help_heading("Options of every command")
    }

    pub(crate) fn flag_name(&self) -> String {
        self.key.replace('_', "-")
    }
}

/// The option that names the file itself.
pub(crate) const CONFIG: Opt = Opt {
    key: "config",
    env: "OMNICONTACT_CONFIG",
    value: "FILE",
    default: None,
    about: "Read this TOML file; without it, omnicontact.toml in the current folder if it is there",
};

/// The option that names the file with the certificate, for those who say what is wrong with it.
pub(crate) const TLS_CERTIFICATE: &str = "tls_certificate";

/// The option that names the file with its private key.
pub(crate) const TLS_KEY: &str = "tls_key";

/// All options.
pub(crate) const ALL: &[Opt] = &[
    CONFIG,
    Opt {
        key: "listen",
        env: "OMNICONTACT_LISTEN",
        value: "ADDRESS:PORT",
        default: Some("127.0.0.1:3000"),
        about: "Where to serve",
    },
    Opt {
        key: "database_url",
        env: "OMNICONTACT_DATABASE_URL",
        value: "URL",
        default: Some("sqlite://omnicontact.db"),
        about: "Where to keep everything: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
    },
    Opt {
        key: "root_url",
        env: "ROOT_URL",
        value: "URL",
        default: None,
        about: "The public address of the server, for links; without it http://localhost (or https://localhost) and the port",
    },
    Opt {
        key: TLS_CERTIFICATE,
        env: "OMNICONTACT_TLS_CERTIFICATE",
        value: "FILE",
        default: None,
        about: "Serve HTTPS with the certificate in this PEM file, which those of its issuers follow; needs the key below",
    },
    Opt {
        key: TLS_KEY,
        env: "OMNICONTACT_TLS_KEY",
        value: "FILE",
        default: None,
        about: "The PEM file with the private key of that certificate, not encrypted",
    },
    Opt {
        key: "body_limit",
        env: "OMNICONTACT_BODY_LIMIT",
        value: "BYTES",
        default: Some("1048576"),
        about: "The largest request body; larger ones are refused with 413",
    },
    Opt {
        key: "trust_x_real_ip",
        env: "OMNICONTACT_TRUST_X_REAL_IP",
        value: "BOOL",
        default: Some("true"),
        about: "Whether X-Real-IP says where a request comes from; false where clients reach the server without a proxy",
    },
    Opt {
        key: "forwarded_count",
        env: "HTTP_FORWARDED_COUNT",
        value: "N",
        default: Some("0"),
        about: "Proxies that add to X-Forwarded-For: its Nth entry from the right says where a request comes from; 0 ignores it",
    },
    Opt {
        key: "create_tokens_for_users",
        env: "CREATE_TOKENS_FOR_USERS",
        value: "BOOL",
        default: Some("false"),
        about: "Whether users.createToken makes sessions for users without their passwords; it asks for the secret below, too",
    },
    Opt {
        key: "create_tokens_for_users_secret",
        env: "CREATE_TOKENS_FOR_USERS_SECRET",
        value: "SECRET",
        default: None,
        about: "The secret that callers of users.createToken show; without it, nobody may. Better not as a flag, which others on the machine see",
    },
    Opt {
        key: "database_connections",
        env: "OMNICONTACT_DATABASE_CONNECTIONS",
        value: "N",
        default: None,
        about: "Connections to PostgreSQL, or readers of the SQLite file; unless said, 4 for each core, at least 8 and at most 32",
    },
    Opt {
        key: "batched_reads",
        env: "OMNICONTACT_BATCHED_READS",
        value: "BOOL",
        default: Some("true"),
        about: "Whether sessions and records that several requests ask for meanwhile are read by one statement; false to compare",
    },
    Opt {
        key: "prepared_statements",
        env: "OMNICONTACT_PREPARED_STATEMENTS",
        value: "BOOL",
        default: Some("true"),
        about: "false for a connection pooler in transaction mode, such as PgBouncer",
    },
    Opt {
        key: "make_administrator",
        env: "OMNICONTACT_MAKE_ADMINISTRATOR",
        value: "BOOL",
        default: Some("true"),
        about: "false to make no administrator at the first start: whoever registers first becomes one",
    },
    Opt {
        key: "log",
        env: "OMNICONTACT_LOG",
        value: "FILTER",
        default: Some("info,sqlx=error,sqlx_core=error"),
        about: "What to log: error, warn, info, debug or trace, also by module (info,http=debug)",
    },
    Opt {
        key: "log_format",
        env: "OMNICONTACT_LOG_FORMAT",
        value: "FORMAT",
        default: Some("auto"),
        about: "human or json; auto is human on a terminal and json elsewhere",
    },
];
