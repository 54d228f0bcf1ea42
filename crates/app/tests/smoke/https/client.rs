//! Certificates, and clients that speak TLS: HTTP/2 frame by frame, HTTP/1.1 by hand.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use h2::SendStream;
use h2::client::{ResponseFuture, SendRequest};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::{Answer, Credentials, Home, Server, write};

/// Long enough for any machine.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

pub(super) type Certificate = CertificateDer<'static>;

/// Writes a fresh certificate and its key.
pub(super) fn renew(home: &Home) -> Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(home, KEY, &made.signing_key.serialize_pem());
    write(home, CERTIFICATE, &made.cert.pem());
    made.cert.der().clone()
}

/// Breaks the file of the certificate.
pub(super) fn ruin(home: &Home) {
    write(home, CERTIFICATE, "-----BEGIN CERTIFICATE-----\nhalf a certif");
}

/// The variables that turn HTTPS on, and others.
pub(super) fn serve(home: &Home, others: &[(&str, &str)]) -> Server {
    let on = [("OMNICONTACT_TLS_CERTIFICATE", CERTIFICATE), ("OMNICONTACT_TLS_KEY", KEY)];
    home.serve_with(&[on.as_slice(), others].concat())
}

/// Connects as somebody who trusts this certificate alone, and speaks one of these protocols.
pub(super) async fn connect(
    server: &Server,
    trusted: &Certificate,
    protocols: &[&str],
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(&server.address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await.unwrap()
}

/// One exchange of HTTP/1.1 over a connection that ends with it, as TLS wants it to end.
pub(super) async fn http_1(server: &Server, trusted: &Certificate, path: &str) -> String {
    let mut stream = connect(server, trusted, &["http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

/// A connection that speaks HTTP/2.
pub(super) struct Http2(SendRequest<Bytes>);

impl Http2 {
    /// Connects as somebody who speaks both protocols.
    pub(super) async fn open(server: &Server, trusted: &Certificate) -> Self {
        let stream = connect(server, trusted, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let (send, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self(send)
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        answer(self.begin("GET", path, headers, true).await.0).await
    }

    pub(super) async fn get_as(&self, who: &Credentials, path: &str) -> Answer {
        self.get(path, &[("x-user-id", &who.user_id), ("x-auth-token", &who.token)]).await
    }

    pub(super) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        let (response, mut stream) = self.begin("POST", path, &[], false).await;
        stream.send_data(body.into(), true).unwrap();
        answer(response).await
    }

    /// Asks until the server takes no more requests on this connection, and returns what it says then.
    pub(super) async fn leave(&self) -> h2::Error {
        let asked = async || -> Result<(), h2::Error> {
            let request = Request::get("https://localhost/livez").body(()).unwrap();
            self.0.clone().ready().await?.send_request(request, true)?.0.await.map(drop)
        };
        let refused = async {
            loop {
                if let Err(error) = asked().await {
                    return error;
                }
            }
        };
        timeout(PATIENCE, refused).await.unwrap()
    }

    /// Sends the head of a request; its body may follow.
    pub(super) async fn begin(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        is_all: bool,
    ) -> (ResponseFuture, SendStream<Bytes>) {
        let request = Request::builder().method(method).uri(format!("https://localhost{path}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.header("content-type", "application/json").body(()).unwrap();
        let mut ready = timeout(PATIENCE, self.0.clone().ready()).await.unwrap().unwrap();
        ready.send_request(request, is_all).unwrap()
    }
}

/// The whole answer.
pub(super) async fn answer(response: ResponseFuture) -> Answer {
    let response = timeout(PATIENCE, response).await.unwrap().unwrap();
    let status = response.status().as_u16();
    let mut stream = response.into_body();
    let mut body = Vec::new();
    while let Some(frame) = timeout(PATIENCE, stream.data()).await.unwrap() {
        let frame = frame.unwrap();
        stream.flow_control().release_capacity(frame.len()).unwrap();
        body.extend(frame);
    }
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
