//! Connections that speak TLS. Handshakes go on beside each other, so that a client who says nothing keeps nobody waiting;
//! they have a deadline, and there are only so many of them. Who comes beyond that waits in the queue of the operating
//! system.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

const BOUNDS: Bounds = Bounds { handshakes: 1024, deadline: Duration::from_secs(10) };

#[derive(Clone, Copy)]
struct Bounds {
    /// How many may be under way at once.
    handshakes: usize,
    /// How long each may take.
    deadline: Duration,
}

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// Accepts clients, and hands out those who have shaken hands.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    bounds: Bounds,
    /// Those that end well return the connection. The others return nothing. All end with the listener.
    under_way: JoinSet<Option<Connection>>,
}

impl TlsListener {
    pub(crate) fn new(tcp: TcpListener, config: Arc<ServerConfig>) -> Self {
        Self { tcp, acceptor: config.into(), bounds: BOUNDS, under_way: JoinSet::new() }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        loop {
            let has_room = self.under_way.len() < self.bounds.handshakes;
            tokio::select! {
                Some(ended) = self.under_way.join_next() => {
                    if let Ok(Some(connection)) = ended {
                        return connection;
                    }
                }
                // axum's: it passes over clients who are gone, and waits while there are too many open files.
                (stream, address) = Listener::accept(&mut self.tcp), if has_room => {
                    let acceptor = self.acceptor.clone();
                    self.under_way.spawn(shake_hands(acceptor, stream, address, self.bounds.deadline));
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// The log does not say who it was.
async fn shake_hands(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    address: SocketAddr,
    deadline: Duration,
) -> Option<Connection> {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    match timeout(deadline, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => return Some((stream, address)),
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
    None
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;
    use crate::config::TlsFiles;

    async fn listener(bounds: Bounds) -> (TlsListener, SocketAddr) {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        let (config, _) = crate::tls::prepare(files).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        (TlsListener { bounds, ..TlsListener::new(tcp, config) }, address)
    }

    #[tokio::test]
    async fn a_client_who_says_nothing_is_sent_away() {
        let bounds = Bounds { handshakes: 2, deadline: Duration::from_millis(20) };
        let (mut listener, address) = listener(bounds).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        let mut byte = [0];
        tokio::select! {
            read = client.read(&mut byte) => assert_eq!(read.unwrap(), 0),
            _ = listener.accept() => panic!("nobody has shaken hands"),
            () = tokio::time::sleep(Duration::from_mins(1)) => panic!("the client is still there"),
        }
    }

    /// Lets clients in until so many handshakes are under way.
    async fn fill(listener: &mut TlsListener, handshakes: usize) {
        let fill = async {
            while listener.under_way.len() < handshakes {
                let _ = timeout(Duration::from_millis(10), listener.accept()).await;
            }
        };
        timeout(Duration::from_mins(1), fill).await.expect("clients are let in");
    }

    #[tokio::test]
    async fn there_are_only_so_many_handshakes_at_once() {
        let bounds = Bounds { handshakes: 2, deadline: Duration::from_mins(10) };
        let (mut listener, address) = listener(bounds).await;
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(TcpStream::connect(address).await.unwrap());
        }
        fill(&mut listener, 2).await;
        let _ = timeout(Duration::from_millis(100), listener.accept()).await;
        assert_eq!(listener.under_way.len(), 2);
        // Who goes away makes room for who waits.
        drop(clients.drain(..2));
        for _ in 0..2 {
            let ended = timeout(Duration::from_mins(1), listener.under_way.join_next()).await;
            assert!(ended.unwrap().unwrap().unwrap().is_none());
        }
        assert!(listener.under_way.is_empty());
        fill(&mut listener, 2).await;
    }
}
