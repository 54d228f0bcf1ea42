//! Configuration: flags over environment over file over defaults. The options are declared once, in
//! [`options`].

mod environment;
mod file;
mod legacy;
pub(crate) mod options;
#[cfg(test)]
mod page;

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;

use anyhow::Context as _;
pub(crate) use environment::Environment;
pub(crate) use legacy::Administrator;
use omnicontact_adapters_http::AddressTrust;
use omnicontact_domain::shared_secret::SharedSecret;
use serde::Deserialize;

use self::options::{TLS_CERTIFICATE, TLS_KEY};

/// Flags as they were given: option key and text.
#[derive(Debug, Default)]
pub(crate) struct Flags(Vec<(&'static str, String)>);

impl Flags {
    pub(crate) fn of(matches: &clap::ArgMatches) -> Self {
        let given = |option: &'static options::Opt| {
            matches.get_one::<String>(option.key).map(|text| (option.key, text.clone()))
        };
        Self(options::ALL.iter().filter_map(given).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == key).map(|(_, text)| text.as_str())
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Auto,
    Human,
    Json,
}

/// The keys of [`options::ALL`], read. A key that is not here does not exist. Some are secret: there is no `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "options do not depend on each other")]
struct Keys {
    #[serde(rename = "config")]
    _config: Option<String>,
    listen: String,
    database_url: String,
    root_url: Option<String>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    body_limit: usize,
    trust_x_real_ip: bool,
    forwarded_count: usize,
    create_tokens_for_users: bool,
    create_tokens_for_users_secret: Option<String>,
    database_connections: Option<u32>,
    batched_reads: bool,
    prepared_statements: bool,
    make_administrator: bool,
    log: String,
    log_format: LogFormat,
}

/// The files that HTTPS is served with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate and those of its issuers.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

impl TlsFiles {
    /// Both or none.
    fn of(certificate: Option<PathBuf>, key: Option<PathBuf>) -> anyhow::Result<Option<Self>> {
        let said = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        match (said(certificate), said(key)) {
            (Some(certificate), Some(key)) => Ok(Some(Self { certificate, key })),
            (Some(_), None) => anyhow::bail!("`{TLS_CERTIFICATE}` is set, and `{TLS_KEY}` is missing"),
            (None, Some(_)) => anyhow::bail!("`{TLS_KEY}` is set, and `{TLS_CERTIFICATE}` is missing"),
            (None, None) => Ok(None),
        }
    }
}

/// Everything that the program was told from outside.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "options do not depend on each other")]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    /// Whether to serve HTTPS, and with what.
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) database_url: String,
    /// The server's public address, without a slash at the end.
    pub(crate) root_url: String,
    /// Bytes of a request body.
    pub(crate) body_limit: usize,
    /// Which headers say where a request comes from.
    pub(crate) address_trust: AddressTrust,
    /// Who shows this may make sessions for others over the API; `None` where nobody may.
    pub(crate) token_secret: Option<SharedSecret>,
    pub(crate) database_connections: u32,
    /// Whether questions to the store that come in meanwhile go out together.
    pub(crate) batched_reads: bool,
    pub(crate) prepared_statements: bool,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    /// Whether to make an administrator where nobody is one.
    pub(crate) make_administrator: bool,
    pub(crate) administrator: Administrator,
    pub(crate) test_mode: bool,
    /// Initial values of settings, by id.
    pub(crate) initial_settings: Vec<(String, String)>,
    /// Values of settings that are written at each start, by id.
    pub(crate) forced_settings: Vec<(String, String)>,
}

/// Four connections for each core: they wait for the network and the disk more than they work. On small machines enough
/// for writers who wait for each other, on large ones not so many that a server with its usual limit runs out of them.
fn connections_for_this_machine() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    u32::try_from(cores.saturating_mul(4)).unwrap_or(u32::MAX).clamp(8, 32)
}

/// Brings all layers together.
///
/// # Errors
/// The first thing that is wrong, with the name of the option and where it was said.
pub(crate) fn load(flags: &Flags, environment: &Environment) -> anyhow::Result<Config> {
    let keys = file::layers(flags, environment)?;
    let mut listen: SocketAddr = keys.listen.parse().with_context(|| {
        format!("`listen` is {:?}; it must be an address and a port, e.g. 127.0.0.1:3000", keys.listen)
    })?;
    let said_where_to_listen =
        flags.get("listen").is_some() || environment.get("OMNICONTACT_LISTEN").is_some();
    if let Some(port) = legacy::port(environment)?
        && !said_where_to_listen
    {
        listen.set_port(port);
    }
    let test_mode = legacy::test_mode(environment)?;
    if test_mode && !listen.ip().is_loopback() {
        anyhow::bail!(
            "TEST_MODE makes an administrator whose password everybody knows; it only serves on a loopback \
             address, and `listen` is {listen}"
        );
    }
    let tls = TlsFiles::of(keys.tls_certificate, keys.tls_key)?;
    let default_root = || {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let port = if test_mode { 3000 } else { listen.port() };
        format!("{scheme}://localhost:{port}")
    };
    let administrator = Administrator::of(environment)?;
    if !keys.make_administrator && administrator.password.is_some() {
        anyhow::bail!("ADMIN_PASS is the password of an administrator, and `make_administrator` is false");
    }
    let root_url = keys.root_url.filter(|url| !url.is_empty()).unwrap_or_else(default_root);
    Ok(Config {
        listen,
        tls,
        database_url: keys.database_url,
        root_url: root_url.trim_end_matches('/').to_owned(),
        body_limit: keys.body_limit,
        address_trust: AddressTrust { real_ip: keys.trust_x_real_ip, forwarded_count: keys.forwarded_count },
        token_secret: keys
            .create_tokens_for_users_secret
            .filter(|_| keys.create_tokens_for_users)
            .and_then(SharedSecret::new),
        database_connections: keys.database_connections.unwrap_or_else(connections_for_this_machine),
        batched_reads: keys.batched_reads,
        prepared_statements: keys.prepared_statements,
        log: keys.log,
        log_format: keys.log_format,
        make_administrator: keys.make_administrator,
        administrator,
        test_mode,
        initial_settings: legacy::initial_settings(environment),
        forced_settings: legacy::forced_settings(environment),
    })
}

#[cfg(test)]
mod tests;
