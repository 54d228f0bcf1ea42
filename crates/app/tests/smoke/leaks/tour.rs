//! A tour of the API: what users and administrators do, and what goes wrong for them.

use std::ops::Range;

use serde_json::{Value, json};

use super::probes;
use super::secrets::Secrets;
use crate::support::{Credentials, Home, Server};

const JSON: &str = "application/json";

/// Refusals in which the contract wants the caller's own value, by `errorType`.
const ECHOES: [&str; 2] = ["error-field-unavailable", "error-invalid-email"];
/// A refusal that shows its sender the value that should have been a list (contract, framework 1.8).
const NO_LIST: &str = "Match error: Expected array, got ";

/// A server at its most talkative, and what it refused.
pub(super) struct Tour {
    server: Server,
    secrets: Secrets,
    /// Status and body of every answer that was no success.
    refusals: Vec<(u16, String)>,
    admin: Option<Credentials>,
    powerless: Credentials,
}

impl Tour {
    pub(super) fn start(home: &Home, mut secrets: Secrets, environment: &[(&str, &str)]) -> Self {
        let powerless = home.user("power.less", &["user"]);
        secrets.token(&Value::from(powerless.token.as_str()));
        let server = home.serve_with(environment);
        Self { server, secrets, refusals: Vec::new(), admin: None, powerless }
    }

    /// Sends anything; keeps what is refused.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        who: Option<&Credentials>,
        content_type: &str,
        body: &str,
    ) -> (u16, Value) {
        let mut request = ureq::http::Request::builder().method(method).uri(self.server.url(path));
        request = request.header("Content-Type", content_type).header("User-Agent", "leakuseragent");
        if let Some(Credentials { user_id, token }) = who {
            request = request.header("X-User-Id", user_id).header("X-Auth-Token", token);
        }
        let (status, text) = self.server.send(request.body(body.to_owned()).unwrap());
        if status >= 400 {
            self.refusals.push((status, text.clone()));
        }
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    fn admin(&self) -> Credentials {
        self.admin.clone().unwrap()
    }

    fn post(&mut self, path: &str, who: Option<&Credentials>, body: &Value) -> (u16, Value) {
        self.send("POST", &format!("/api/v1/{path}"), who, JSON, &body.to_string())
    }

    fn get(&mut self, path: &str, who: Option<&Credentials>) -> (u16, Value) {
        self.send("GET", &format!("/api/v1/{path}"), who, JSON, "")
    }

    /// What the administrator does, and must succeed in.
    fn done(&mut self, path: &str, body: &Value) -> Value {
        let admin = self.admin();
        let (status, answer) = self.post(path, Some(&admin), body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// A login that must succeed; its token is a secret from now on.
    fn session(&mut self, body: &Value) -> Credentials {
        let (status, answer) = self.post("login", None, body);
        assert_eq!(status, 200, "{answer}");
        let data = &answer["data"];
        let token = self.secrets.token(&data["authToken"]);
        Credentials { user_id: data["userId"].as_str().unwrap().to_owned(), token }
    }

    /// Every form of login, right and wrong.
    pub(super) fn log_in(&mut self, password: &str) {
        let admin = self.session(&json!({ "user": "admin", "password": password }));
        self.session(&json!({ "email": "root@leakmail.example", "password": password }));
        let digest = omnicontact_domain::password::PasswordDigest::of(password);
        let digest = json!({ "digest": digest.expose(), "algorithm": "sha-256" });
        self.session(&json!({ "username": "admin", "password": digest }));
        self.session(&json!({ "resume": admin.token }));
        let wrong = self.secrets.password("Leak-Wrong-Pass-2");
        for body in [
            json!({ "user": "admin", "password": wrong }),
            json!({ "user": "nobody@leakmail.example", "password": wrong }),
            json!({ "email": "nobody@leakmail.example", "password": { "digest": wrong, "algorithm": "sha-256" } }),
            json!({ "user": { "id": "leakuserid" }, "password": wrong }),
            json!({ "resume": "leakresumetoken" }),
            json!({ "user": "admin", "password": wrong, "code": "leakcode" }),
        ] {
            assert_eq!(self.post("login", None, &body).0, 401, "{body}");
        }
        for (user_id, token) in
            [(admin.user_id.as_str(), "leakwrongtoken"), ("leakuserid", admin.token.as_str())]
        {
            let impostor = Credentials { user_id: user_id.to_owned(), token: token.to_owned() };
            assert_eq!(self.get("me", Some(&impostor)).0, 401);
        }
        self.admin = Some(admin);
    }

    /// Contacts with all that is personal about them.
    pub(super) fn keep_contacts(&mut self) {
        self.secrets.text("a phone number", "4930777123456");
        let contact = json!({
            "token": "leakvisitortoken",
            "name": "Leonore Leakname",
            "email": "leonore@leakmail.example",
            "phone": "+4930777123456",
        });
        self.done("omnichannel/contact", &contact);
        let admin = self.admin();
        for query in ["email=leonore%40leakmail.example", "phone=%2B4930777123456", "custom=%7B%22leak%22"] {
            self.get(&format!("omnichannel/contact.search?{query}"), Some(&admin));
        }
        let powerless = self.powerless.clone();
        for who in [None, Some(&powerless)] {
            assert!(self.post("omnichannel/contact", who, &contact).0 >= 401);
        }
    }

    /// Users, roles, permissions and settings.
    pub(super) fn administer(&mut self) {
        let password = self.secrets.password("Leak-User-Pass-3");
        let kim = json!({
            "username": "kim.jane",
            "name": "Kim Leakname",
            "email": "kim@leakmail.example",
            "password": password,
            "bio": "leakbio",
            "nickname": "leaknickname",
            "statusText": "leakstatustext",
        });
        let made = self.done("users.create", &kim);
        let user_id = made["user"]["_id"].clone();
        let admin = self.admin();
        let powerless = self.powerless.clone();
        assert_eq!(self.post("users.create", Some(&admin), &kim).0, 400);
        assert_eq!(self.post("users.create", Some(&powerless), &kim).0, 400);
        let weak = self.secrets.password("leakweak");
        let update = json!({ "userId": user_id, "data": { "password": weak } });
        assert_eq!(self.post("users.update", Some(&admin), &update).0, 400);
        let strong = self.secrets.password("Leak-Strong-Pass-4");
        let update =
            json!({ "userId": user_id, "data": { "password": strong, "email": "kim2@leakmail.example" } });
        self.done("users.update", &update);
        let own = self.session(&json!({ "user": "kim2@leakmail.example", "password": strong }));
        self.post("users.setStatus", Some(&own), &json!({ "message": "leakmessage", "status": "away" }));
        self.get("users.info?email=kim2%40leakmail.example", Some(&powerless));
        self.get("users.list?email=kim2%40leakmail.example", Some(&powerless));
        self.post(
            "users.register",
            None,
            &json!({
                "username": "new.comer",
                "email": "new@leakmail.example",
                "pass": "leakpass",
                "secret": "leaksecret",
                "reason": "leakreason",
            }),
        );
        for (id, value) in [
            ("SMTP_Password", "leaksmtppassword"),
            ("SMTP_Username", "leaksmtpusername"),
            ("Livechat_secret_token", "leaklivechatsecret"),
            ("Accounts_RegistrationForm_SecretURL", "leaksecreturl"),
        ] {
            let body = json!({ "value": self.secrets.text("a secret setting", value) });
            self.done(&format!("settings/{id}"), &body);
            assert!(self.post(&format!("settings/{id}"), Some(&powerless), &body).0 >= 400);
        }
        let many = json!({ "settings": [{ "_id": "SMTP_Password", "value": "leakmany" }] });
        self.post("settings", Some(&powerless), &many);
        self.done("settings", &many);
    }

    /// Tokens come and go.
    pub(super) fn end_sessions(&mut self) {
        let named = json!({ "tokenName": "ci" });
        let made = self.done("users.generatePersonalAccessToken", &named);
        self.secrets.token(&made["token"]);
        let made = self.done("users.regeneratePersonalAccessToken", &named);
        let personal = Credentials { token: self.secrets.token(&made["token"]), ..self.admin() };
        self.done("users.logoutOtherClients", &json!({}));
        let password = "Leak-Strong-Pass-4";
        let kim = self.session(&json!({ "user": "kim.jane", "password": password }));
        self.done("users.logout", &json!({ "userId": kim.user_id }));
        assert_eq!(self.get("me", Some(&kim)).0, 401);
        self.done("users.removeOtherTokens", &json!({}));
        assert_eq!(self.get("me", Some(&personal)).0, 401);
        let session = self.session(&json!({ "user": "kim.jane", "password": password }));
        assert_eq!(self.post("logout", Some(&session), &json!({})).0, 200);
        self.done(
            "users.setActiveStatus",
            &json!({ "userId": kim.user_id, "activeStatus": false, "confirmRelinquish": true }),
        );
        assert_eq!(self.post("login", None, &json!({ "user": "kim.jane", "password": password })).0, 401);
    }

    /// Calls every route in every way; how many calls that were.
    pub(super) fn probe_all(&mut self) -> usize {
        let (status, document) = self.send("GET", "/api/openapi.json", None, JSON, "");
        assert_eq!(status, 200);
        let operations = probes::operations(&document);
        let impostor = Credentials { user_id: "leakuserid".to_owned(), token: "leakprobetoken".to_owned() };
        let callers = [None, Some(impostor), Some(self.powerless.clone()), self.admin.clone()];
        operations.iter().map(|operation| operation.probe(self, &callers)).sum()
    }

    /// How many refusals had such a status.
    pub(super) fn refusals_with(&self, statuses: Range<u16>) -> usize {
        self.refusals.iter().filter(|(status, _)| statuses.contains(status)).count()
    }

    pub(super) fn assert_nothing_leaked(self) {
        let said = self.server.said();
        assert!(
            said.contains("/api/v1/login") && said.contains("db.statement"),
            "the log is not as verbose as it can be"
        );
        assert!(!said.contains("panicked"), "{said}");
        let mut leaks = self.secrets.found_in(&said);
        for (_, body) in &self.refusals {
            let refusal: Value = serde_json::from_str(body).unwrap_or_default();
            let text = refusal["error"].as_str().unwrap_or_default();
            let is_echo = ECHOES.iter().any(|error_type| refusal["errorType"] == *error_type)
                || text.starts_with(NO_LIST);
            if !is_echo {
                leaks.extend(self.secrets.found_in(body));
            }
        }
        leaks.sort_unstable();
        leaks.dedup();
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    }
}
