//! Failed logins are counted and blocked (contract, framework 2.8 and 9).

use std::time::Duration;

use omnicontact_domain::value::Value::Number;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, NOT_LOGGED_IN, PASSWORD, TestApp};

const LOGIN: &str = "/api/v1/login";
const UNAUTHORIZED: &str =
    r#"{"success":false,"error":"Unauthorized","status":"error","message":"Unauthorized"}"#;
const BLOCKED_USER: &str = r#"{"success":false,"error":"error-login-blocked-for-user","status":"error","message":"Login has been temporarily blocked For User","details":{"function":"Accounts.validateLoginAttempt"}}"#;
const BLOCKED_ADDRESS: &str = r#"{"success":false,"error":"error-login-blocked-for-ip","status":"error","message":"Login has been temporarily blocked For IP","details":{"function":"Accounts.validateLoginAttempt"}}"#;

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.2";

const USER_LIMIT: &str = "Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User";
const ADDRESS_LIMIT: &str = "Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip";
const USER_MINUTES: &str = "Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes";
const ADDRESS_MINUTES: &str = "Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes";

/// A server with the users kim and lee, and these limits.
struct Door {
    app: TestApp,
}

impl Door {
    async fn with(user_limit: f64, address_limit: f64) -> Self {
        let app = TestApp::start().await;
        for username in ["kim", "lee"] {
            app.user(username, &["user"]).await;
        }
        app.set(USER_LIMIT, Number(user_limit)).await;
        app.set(ADDRESS_LIMIT, Number(address_limit)).await;
        Self { app }
    }

    async fn knock(&self, address: &str, body: Value) -> Answer {
        self.app.post(LOGIN, body.to_string()).header("X-Real-IP", address).send().await
    }

    async fn wrong(&self, address: &str, user: &str) -> Answer {
        self.knock(address, json!({"user": user, "password": "wrong"})).await
    }

    async fn right(&self, address: &str, user: &str) -> Answer {
        self.knock(address, json!({"user": user, "password": PASSWORD})).await
    }

    #[track_caller]
    fn lets_in(answer: &Answer) {
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    }
}

#[tokio::test]
async fn ten_wrong_passwords_block_the_user_even_with_the_right_one() {
    let door = Door::with(10.0, 50.0).await;
    for _ in 0..10 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "kim").await.says(401, BLOCKED_USER);
    door.right(ELSEWHERE, "KIM").await.says(401, BLOCKED_USER);
    Door::lets_in(&door.right(HOME, "lee").await);
}

#[tokio::test]
async fn fifty_failures_of_all_users_block_the_address() {
    let door = Door::with(10.0, 50.0).await;
    for index in 0..50 {
        door.wrong(HOME, &format!("user-{}", index % 10)).await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "kim").await.says(401, BLOCKED_ADDRESS);
    Door::lets_in(&door.right(ELSEWHERE, "kim").await);
}

#[tokio::test]
async fn nine_failures_and_a_success_start_again() {
    let door = Door::with(10.0, 50.0).await;
    for _ in 0..2 {
        for _ in 0..9 {
            door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
        }
        Door::lets_in(&door.right(HOME, "kim").await);
    }
}

#[tokio::test]
async fn where_both_limits_are_reached_the_answer_is_the_address_s() {
    let door = Door::with(2.0, 2.0).await;
    for _ in 0..2 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "kim").await.says(401, BLOCKED_ADDRESS);
    door.right(ELSEWHERE, "kim").await.says(401, BLOCKED_USER);
}

#[tokio::test]
async fn a_success_of_anybody_resets_the_address_but_not_another_user() {
    let door = Door::with(2.0, 3.0).await;
    for _ in 0..2 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    Door::lets_in(&door.right(HOME, "lee").await);
    for _ in 0..2 {
        door.wrong(HOME, "nobody").await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "kim").await.says(401, BLOCKED_USER);
    Door::lets_in(&door.right(HOME, "lee").await);
}

#[tokio::test]
async fn two_wrong_passwords_at_the_same_moment_are_both_plainly_wrong() {
    for (user_limit, address_limit, blocked) in [(2.0, 50.0, BLOCKED_USER), (10.0, 2.0, BLOCKED_ADDRESS)] {
        let door = Door::with(user_limit, address_limit).await;
        let (first, second) = tokio::join!(door.wrong(HOME, "kim"), door.wrong(HOME, "kim"));
        first.says(401, UNAUTHORIZED);
        second.says(401, UNAUTHORIZED);
        door.right(HOME, "kim").await.says(401, blocked);
    }
}

#[tokio::test]
async fn right_after_the_time_to_unblock_the_user_gets_in_whoever_knocked_meanwhile() {
    let door = Door::with(2.0, 50.0).await;
    door.app.set(USER_MINUTES, Number(0.05)).await;
    for _ in 0..2 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    for _ in 0..3 {
        door.app.wait(Duration::from_millis(900));
        door.wrong(HOME, "kim").await.says(401, BLOCKED_USER);
    }
    door.app.wait(Duration::from_millis(301));
    Door::lets_in(&door.right(HOME, "kim").await);
}

#[tokio::test]
async fn an_address_that_goes_on_knocking_stays_blocked() {
    let door = Door::with(50.0, 2.0).await;
    door.app.set(ADDRESS_MINUTES, Number(0.05)).await;
    for _ in 0..2 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    for _ in 0..3 {
        door.app.wait(Duration::from_secs(2));
        door.right(HOME, "kim").await.says(401, BLOCKED_ADDRESS);
        door.right(HOME, "lee").await.says(401, BLOCKED_ADDRESS);
    }
    door.app.wait(Duration::from_millis(3001));
    Door::lets_in(&door.right(HOME, "kim").await);
}

#[tokio::test]
async fn an_unknown_user_is_blocked_like_a_known_one() {
    let door = Door::with(2.0, 50.0).await;
    for user in ["nobody", "kim"] {
        for _ in 0..2 {
            door.wrong(HOME, user).await.says(401, UNAUTHORIZED);
        }
        door.right(HOME, user).await.says(401, BLOCKED_USER);
    }
}

#[tokio::test]
async fn a_login_by_address_or_id_is_not_blocked_by_user_but_counts() {
    let door = Door::with(2.0, 50.0).await;
    let by_email = |password: &str| json!({"user": "kim@example.org", "password": password});
    for _ in 0..3 {
        door.knock(HOME, by_email("wrong")).await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "kim").await.says(401, BLOCKED_USER);
    Door::lets_in(&door.knock(HOME, by_email(PASSWORD)).await);
    Door::lets_in(&door.right(HOME, "kim").await);
}

#[tokio::test]
async fn switched_off_for_addresses_nothing_is_blocked_but_all_is_recorded() {
    let door = Door::with(50.0, 2.0).await;
    door.app.set("Block_Multiple_Failed_Logins_By_Ip", false).await;
    for _ in 0..3 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    door.app.set("Block_Multiple_Failed_Logins_By_Ip", true).await;
    door.right(HOME, "kim").await.says(401, BLOCKED_ADDRESS);
}

#[tokio::test]
async fn switched_off_altogether_nothing_is_recorded() {
    let door = Door::with(2.0, 2.0).await;
    door.app.set("Block_Multiple_Failed_Logins_Enabled", false).await;
    for _ in 0..3 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    door.app.set("Block_Multiple_Failed_Logins_Enabled", true).await;
    Door::lets_in(&door.right(HOME, "kim").await);
}

#[tokio::test]
async fn limits_of_zero_block_nobody() {
    let door = Door::with(0.0, 0.0).await;
    for _ in 0..60 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    Door::lets_in(&door.right(HOME, "kim").await);
}

#[tokio::test]
async fn addresses_of_the_white_list_are_not_blocked() {
    let door = Door::with(50.0, 2.0).await;
    door.app.set("Block_Multiple_Failed_Logins_Ip_Whitelist", "203.0.113.9, 192.0.2.1").await;
    for _ in 0..3 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
        door.wrong(ELSEWHERE, "lee").await;
    }
    Door::lets_in(&door.right(HOME, "kim").await);
    door.right(ELSEWHERE, "kim").await.says(401, BLOCKED_ADDRESS);
}

#[tokio::test]
async fn everything_that_fails_counts_for_the_address() {
    let door = Door::with(50.0, 6.0).await;
    door.knock(HOME, json!({"resume": "unknown"})).await.says(401, UNAUTHORIZED);
    door.knock(HOME, json!({"user": "kim"})).await.says(401, UNAUTHORIZED);
    door.knock(HOME, json!({"user": "kim", "password": PASSWORD, "more": 1})).await.says(401, UNAUTHORIZED);
    door.knock(HOME, json!(null)).await.says(401, UNAUTHORIZED);
    door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    door.wrong(HOME, "nobody@example.org").await.says(401, UNAUTHORIZED);
    door.right(HOME, "kim").await.says(401, BLOCKED_ADDRESS);
}

#[tokio::test]
async fn who_may_bypass_the_rate_limit_is_not_exempt() {
    let door = Door::with(2.0, 50.0).await;
    door.app.user("root", &["admin"]).await;
    for _ in 0..2 {
        door.wrong(HOME, "root").await.says(401, UNAUTHORIZED);
    }
    door.right(HOME, "root").await.says(401, BLOCKED_USER);
}

#[tokio::test]
async fn a_blocked_user_s_open_sessions_go_on() {
    let door = Door::with(2.0, 50.0).await;
    let sent = door.right(HOME, "kim").await.json();
    let text = |key: &str| sent["data"][key].as_str().unwrap().to_owned();
    let session = Caller { id: text("userId"), token: text("authToken") };
    for _ in 0..2 {
        door.wrong(HOME, "kim").await.says(401, UNAUTHORIZED);
    }
    assert_eq!(door.app.get("/api/v1/me").by(&session).await.status.as_u16(), 200);
    // A login with the token is none by username.
    Door::lets_in(&door.knock(HOME, json!({"resume": session.token})).await);
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over_and_cannot_be_resumed() {
    let door = Door::with(50.0, 50.0).await;
    // A number may be stored as a text.
    door.app.set("Accounts_LoginExpiration", "1").await;
    let sent = door.right(HOME, "kim").await.json();
    let text = |key: &str| sent["data"][key].as_str().unwrap().to_owned();
    let session = Caller { id: text("userId"), token: text("authToken") };
    door.app.wait(Duration::from_hours(24) - Duration::from_mins(1));
    Door::lets_in(&door.knock(HOME, json!({"resume": session.token})).await);
    door.app.wait(Duration::from_mins(1));
    door.app.get("/api/v1/me").by(&session).await.says(401, NOT_LOGGED_IN);
    door.knock(HOME, json!({"resume": session.token})).await.says(401, UNAUTHORIZED);
}
