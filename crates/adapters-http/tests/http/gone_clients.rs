//! A client that goes away while its password waits to be checked stops waiting (over a real connection).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_ports::{HasherBusy, PasswordHasher};
use omnicontact_usecases::Context;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TestApp, router_over};

/// Checks no password, ever, and knows how many wait.
#[derive(Default)]
struct Jammed {
    waiting: Arc<AtomicUsize>,
}

/// A place in the queue, given up when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(waiting))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl PasswordHasher for Jammed {
    async fn hash(&self, _: &PasswordDigest) -> Result<PasswordHash, HasherBusy> {
        Err(HasherBusy)
    }

    async fn verify(&self, _: &PasswordDigest, _: Option<PasswordHash>) -> Result<bool, HasherBusy> {
        let _place = Place::take(&self.waiting);
        std::future::pending().await
    }

    fn is_current(&self, _: &PasswordHash) -> bool {
        true
    }
}

async fn until(waiting: &AtomicUsize, expected: usize) {
    let begun = Instant::now();
    while waiting.load(Ordering::SeqCst) != expected {
        assert!(begun.elapsed() < Duration::from_secs(20), "{} wait", waiting.load(Ordering::SeqCst));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Sends a login and does not wait for the answer.
async fn knock(address: SocketAddr) -> TcpStream {
    let body = r#"{"user":"kim","password":"x"}"#;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn whoever_goes_away_gives_up_the_place_in_the_queue() {
    let app = TestApp::start().await;
    let waiting = Arc::new(AtomicUsize::new(0));
    let jammed = Jammed { waiting: Arc::clone(&waiting) };
    let ctx = Arc::new(Context { passwords: Arc::new(jammed), ..(*app.ctx).clone() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router_over(&ctx)).await });

    let (first, second) = (knock(address).await, knock(address).await);
    until(&waiting, 2).await;
    drop(first);
    until(&waiting, 1).await;
    drop(second);
    until(&waiting, 0).await;
    server.abort();
}

#[tokio::test]
async fn whoever_finds_the_queue_full_is_told_so_and_not_counted() {
    struct Full;

    #[async_trait]
    impl PasswordHasher for Full {
        async fn hash(&self, _: &PasswordDigest) -> Result<PasswordHash, HasherBusy> {
            Err(HasherBusy)
        }

        async fn verify(&self, _: &PasswordDigest, _: Option<PasswordHash>) -> Result<bool, HasherBusy> {
            Err(HasherBusy)
        }

        fn is_current(&self, _: &PasswordHash) -> bool {
            true
        }
    }

    let app = TestApp::start().await;
    app.user("kim", &["user"]).await;
    let full = Arc::new(Context { passwords: Arc::new(Full), ..(*app.ctx).clone() });
    for _ in 0..20 {
        let call = crate::support::Call::new(router_over(&full), axum::http::Method::POST, "/api/v1/login");
        let body = json!({"user": "kim", "password": crate::support::PASSWORD}).to_string();
        call.header("content-type", "application/json").body(body).send().await.says(
            503,
            r#"{"success":false,"error":"Too many passwords are being checked at once. Please try again in a moment."}"#,
        );
    }
    let body = json!({"user": "kim", "password": crate::support::PASSWORD}).to_string();
    assert_eq!(app.post("/api/v1/login", body).send().await.status.as_u16(), 200);
}
