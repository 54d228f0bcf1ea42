//! Answers one path with one small JSON text, whoever asks. Deliberately absent: all that a server is for.

use std::net::SocketAddr;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

/// As long as the answers that it is compared with; the id is the one that the load generator looks for.
const BODY: &str = r#"{"contact":{"_id":"000000000000000000000000","username":"guest-1000042","ts":"2024-01-01T00:33:10.404Z","token":"00000000000000000000002a","_updatedAt":"2024-01-01T00:33:10.404Z","contactManager":{"username":"kim.jane"},"livechatData":{"company":"Example","city":"Hamburg","plan":"gold"},"name":"Mara Lindt","phone":[{"phoneNumber":"+4940123456"}],"visitorEmails":[{"address":"mara.lindt.42@example.org"}],"status":"offline"},"success":true}"#;

async fn contact() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], BODY)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen).await?;
    eprintln!("serves on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().route("/api/v1/omnichannel/contact", get(contact));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await
}
