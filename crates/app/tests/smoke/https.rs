//! HTTPS as clients see it, with HTTP/2 and without.

mod client;

use std::process::Command;
use std::time::Instant;

use h2::Reason;
use serde_json::json;
use tokio::net::TcpStream;

use self::client::{Certificate, Http2, PATIENCE, answer, connect, http_1, renew, ruin, serve};
use crate::support::{Home, Server};

const CONTACT: &str = "/api/v1/omnichannel/contact";
const HEADERS_ARE_KEPT: &str = "OVERWRITE_SETTING_Livechat_Allow_collect_and_store_HTTP_header_informations";
const LOGIN: &str = "/api/v1/login";
const MEGABYTE: usize = 1 << 20;

/// A server that speaks HTTPS, and the certificate that it shows.
fn started() -> (Home, Server, Certificate) {
    let home = Home::sqlite();
    let certificate = renew(&home);
    let server = serve(&home, &[]);
    (home, server, certificate)
}

/// Waits until the server has said this.
async fn has_said(server: &Server, text: &str) {
    let begun = Instant::now();
    while !server.said().contains(text) {
        assert!(begun.elapsed() < PATIENCE, "{text}: {}", server.said());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[test]
fn the_server_says_by_which_url_it_is_reached() {
    let (_home, server, _) = started();
    assert!(
        server.printed_until("curl").contains(&format!("curl -s https://{}/api/v1/login", server.address))
    );
    assert!(server.said().contains(&format!("serves on https://{}", server.address)));
}

#[tokio::test]
async fn http_2_is_spoken_with_clients_who_offer_it() {
    let home = Home::sqlite();
    let certificate = renew(&home);
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = serve(&home, &[(HEADERS_ARE_KEPT, "true")]);
    let client = Http2::open(&server, &certificate).await;
    assert_eq!(client.get("/api/info", &[]).await.0, 200);
    let absent = client.get_as(&agent, &format!("{CONTACT}?contactId=nobody")).await;
    assert_eq!(absent, (200, json!({ "contact": null, "success": true })));
    assert_eq!(client.get(CONTACT, &[]).await.0, 401);

    // What HTTP/1.1 calls the host is a part of the address here.
    let (status, guest) =
        client.post("/api/v1/livechat/visitor", r#"{"visitor":{"token":"t1","name":"Mara"}}"#).await;
    assert_eq!(status, 200, "{guest}");
    let id = guest["visitor"]["_id"].as_str().unwrap();
    let (_, seen) = client.get_as(&agent, &format!("/api/v1/livechat/visitors.info?visitorId={id}")).await;
    assert_eq!(seen["visitor"]["host"], "localhost", "{seen}");
}

#[tokio::test]
async fn http_1_is_spoken_with_all_others() {
    let (_home, server, certificate) = started();
    let answer = http_1(&server, &certificate, "/api/info").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\"success\":true}"), "{answer}");
}

#[tokio::test]
async fn requests_on_one_connection_do_not_wait_for_each_other() {
    let (_home, server, certificate) = started();
    let client = Http2::open(&server, &certificate).await;
    let (slow, mut body) = client.begin("POST", LOGIN, &[], false).await;
    let mut begun = Vec::new();
    for _ in 0..100 {
        begun.push(client.begin("GET", "/api/info", &[], true).await.0);
    }
    for response in begun {
        assert_eq!(answer(response).await.0, 200);
    }
    body.send_data(r#"{"user":"nobody","password":"nothing"}"#.into(), true).unwrap();
    assert_eq!(answer(slow).await.0, 401);
}

#[tokio::test]
async fn clients_who_say_nothing_keep_nobody_waiting() {
    let (_home, server, certificate) = started();
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(&server.address).await.unwrap());
    }
    let client = Http2::open(&server, &certificate).await;
    assert_eq!(client.get("/livez", &[]).await.0, 200);
}

#[tokio::test]
async fn plain_http_is_not_understood_and_does_no_harm() {
    let (_home, server, certificate) = started();
    assert!(server.try_get("/livez", None).is_err());
    let client = Http2::open(&server, &certificate).await;
    assert!(server.try_get("/livez", None).is_err());
    assert_eq!(client.get("/livez", &[]).await.0, 200);
}

#[tokio::test]
async fn calls_are_limited_by_the_address_of_the_socket() {
    let home = Home::sqlite();
    let certificate = renew(&home);
    let server = serve(&home, &[("OVERWRITE_SETTING_API_Enable_Rate_Limiter_Limit_Calls_Default", "2")]);
    let client = Http2::open(&server, &certificate).await;
    assert_eq!(client.get("/api/info", &[]).await.0, 200);
    assert_eq!(client.get("/api/info", &[("x-real-ip", "127.0.0.1")]).await.0, 200);
    assert_eq!(client.get("/api/info", &[]).await.0, 429);
    assert_eq!(client.get("/api/info", &[("x-real-ip", "203.0.113.1")]).await.0, 200);
}

#[tokio::test]
async fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
    let (home, server, first) = started();
    let before = Http2::open(&server, &first).await;
    let second = renew(&home);
    let begun = Instant::now();
    while connect(&server, &second, &["h2"]).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "the old certificate is still in use: {}", server.said());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(connect(&server, &first, &["h2"]).await.is_err());
    assert_eq!(before.get("/livez", &[]).await.0, 200, "who is connected stays so");

    ruin(&home);
    has_said(&server, "holds no certificate in PEM").await;
    assert_eq!(Http2::open(&server, &second).await.get("/livez", &[]).await.0, 200);
}

/// The second body is larger than what the server reads of it before it answers.
#[tokio::test]
async fn a_body_that_is_too_large_leaves_the_connection_to_the_next_request() {
    let (_home, server, certificate) = started();
    let client = Http2::open(&server, &certificate).await;
    for size in [2 * MEGABYTE, 20 * MEGABYTE] {
        let (status, said) = client.post(LOGIN, vec![b' '; size]).await;
        assert_eq!(status, 413, "{said}");
        assert_eq!(client.get("/livez", &[]).await.0, 200);
    }
    assert_eq!(client.post(LOGIN, r#"{"user":"nobody","password":"nothing"}"#).await.0, 401);
}

#[tokio::test]
async fn requests_under_way_are_answered_before_the_server_ends() {
    let (_home, server, certificate) = started();
    let client = Http2::open(&server, &certificate).await;
    let _idle = Http2::open(&server, &certificate).await;
    let (response, mut body) = client.begin("POST", LOGIN, &[], false).await;
    // Answered after the first has arrived, as all goes over one connection.
    assert_eq!(client.get("/livez", &[]).await.0, 200);
    let pid = server.process_id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let leave = client.leave().await;
    assert!(leave.is_go_away() && leave.reason() == Some(Reason::NO_ERROR), "{leave}");

    body.send_data(r#"{"user":"nobody","password":"nothing"}"#.into(), true).unwrap();
    assert_eq!(answer(response).await.0, 401);
    has_said(&server, "omnicontact ended").await;
    assert!(!server.said().contains("did not finish in time"), "{}", server.said());
    server.terminate();
}

#[test]
fn what_is_wrong_with_the_files_is_said_at_the_start() {
    let home = Home::sqlite();
    renew(&home);
    let old_key = std::fs::read(home.path().join("key.pem")).unwrap();
    std::fs::write(home.path().join("old.pem"), old_key).unwrap();
    renew(&home);
    let complaint = |args: &[&str]| {
        let output = home.run(args);
        assert!(!output.status.success(), "{args:?} succeeded");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = complaint(&["--tls-certificate", "certificate.pem"]);
    assert!(said.contains("`tls_key` is missing"), "{said}");
    let said = complaint(&["--tls-certificate", "nowhere.pem", "--tls-key", "key.pem"]);
    assert!(said.contains("`tls_certificate`: nowhere.pem cannot be read"), "{said}");
    let said = complaint(&["--tls-certificate", "certificate.pem", "--tls-key", "old.pem"]);
    assert!(said.contains("old.pem (`tls_key`)") && said.contains("cannot be used together"), "{said}");
    assert!(!said.contains("PRIVATE"), "{said}");
}
