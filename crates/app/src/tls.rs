//! HTTPS: TLS 1.2 and 1.3 by rustls, with HTTP/2 and HTTP/1.1 offered by ALPN. The versions, the ciphers and the
//! resumption of sessions are the defaults of rustls.
//!
//! HTTP/2 is served as `axum::serve` does it, which has no knobs. The bounds of hyper hold: 200 streams at once on a
//! connection, windows of 1 MiB, headers of 16 KiB, and an end of the connection for who opens and resets streams in
//! large numbers. What is negotiated by ALPN binds the client, not the server: it tells the two protocols apart by the
//! first bytes, with and without TLS.
//!
//! Deliberately absent: certificates of clients, and a choice of certificates by the name that is asked for.

mod listener;
mod pair;
mod renewal;

use std::sync::Arc;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

pub(crate) use self::listener::TlsListener;
pub(crate) use self::renewal::Renewal;
use crate::config::TlsFiles;

/// The configuration of all connections, and what keeps its certificate up to date.
///
/// # Errors
/// The files cannot be used; the text names the option and the file.
pub(crate) fn prepare(files: TlsFiles) -> anyhow::Result<(Arc<ServerConfig>, Renewal)> {
    let (renewal, in_use) = Renewal::begin(files)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(in_use);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((Arc::new(config), renewal))
}
