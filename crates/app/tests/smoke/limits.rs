//! Where requests come from, over real sockets: by what address calls are limited.

use crate::support::{Home, Server};

/// Sends a call that says where it comes from, and returns the status.
fn call_from(server: &Server, address: &str) -> u16 {
    let request = ureq::http::Request::get(server.url("/api/info")).header("X-Real-IP", address);
    server.send(request.body(String::new()).unwrap()).0
}

#[test]
fn calls_are_limited_by_the_address_that_is_believed() {
    let home = Home::sqlite();
    let two = ("OVERWRITE_SETTING_API_Enable_Rate_Limiter_Limit_Calls_Default", "2");
    let server = home.serve_with(&[two]);
    assert_eq!(
        ["203.0.113.1", "203.0.113.1", "203.0.113.1"].map(|address| call_from(&server, address)),
        [200, 200, 429]
    );
    assert_eq!(call_from(&server, "203.0.113.2"), 200, "another address");
    assert_eq!(
        ["nonsense", "127.0.0.1", "::ffff:127.0.0.1"].map(|address| call_from(&server, address)),
        [200, 200, 429],
        "the socket's address"
    );

    let server = home.serve_with(&[two, ("OMNICONTACT_TRUST_X_REAL_IP", "false")]);
    assert_eq!(
        ["203.0.113.1", "203.0.113.2", "203.0.113.3"].map(|address| call_from(&server, address)),
        [200, 200, 429]
    );
}

#[test]
fn nothing_is_limited_in_test_mode() {
    let home = Home::sqlite();
    let limit = ("OVERWRITE_SETTING_API_Enable_Rate_Limiter_Limit_Calls_Default", "1");
    let server = home.serve_with(&[limit, ("TEST_MODE", "true")]);
    assert_eq!([(); 3].map(|()| call_from(&server, "203.0.113.1")), [200, 200, 200]);
}
