//! The forms that the body of a login may have (contract, framework 2.4). What is none of them is not an
//! error of its own: it is a login that fails, and counts as one.

use omnicontact_domain::login::LoginName;
use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::token::RawToken;
use omnicontact_usecases::identity::LoginRequest;
use serde_json::{Map, Value};

use crate::schema::{Field, Invalid, Kind, Object, Parameters, Root, Shape, Source, Style, holds_nul};

/// A login as sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LoginForm(pub(crate) LoginRequest);

impl Parameters for LoginForm {
    const SHAPE: Shape = Shape {
        about: "Who logs in: `user`, `username` or `email` with `password`, or `resume` alone.",
        style: Style::Lenient,
        root: Root::Object(Object::closed(&[
            text("user", "Username, or e-mail address with an `@`. Also `{username}`, `{email}` or `{id}`."),
            text("username", "Username."),
            text("email", "E-mail address."),
            text(
                "password",
                "The password. Also `{digest, algorithm: \"sha-256\"}` with its digest in hexadecimal.",
            ),
            text("resume", "A token from an earlier login; it stays the token."),
            text("code", "The second factor; not asked for by this server."),
        ])),
    };

    fn read(sent: Value, _source: Source) -> Result<Self, Invalid> {
        let request = sent.as_object().filter(|_| !holds_nul(&sent)).and_then(request);
        Ok(Self(request.unwrap_or(LoginRequest::Unrecognised)))
    }
}

const fn text(name: &'static str, about: &'static str) -> Field {
    Field { name, about, required: false, kind: Kind::Text, constraints: &[] }
}

/// The keys of a login with a password. With any other key beside them, nobody is meant.
const KEYS: [&str; 5] = ["user", "username", "email", "password", "code"];

fn request(form: &Map<String, Value>) -> Option<LoginRequest> {
    if let Some(token) = non_empty(form.get("resume")) {
        return Some(LoginRequest::Resume(RawToken::new(token)));
    }
    if form.keys().any(|key| !KEYS.contains(&key.as_str())) {
        return None;
    }
    Some(LoginRequest::Password { name: name(form)?, password: form.get("password").and_then(password) })
}

/// `user` as a text wins over `username`, which wins over `email`; `user` as an object comes last.
fn name(form: &Map<String, Value>) -> Option<LoginName> {
    if let Some(user) = non_empty(form.get("user")) {
        return Some(LoginName::of(user));
    }
    if let Some(username) = non_empty(form.get("username")) {
        return Some(LoginName::Username(username.to_owned()));
    }
    if let Some(address) = non_empty(form.get("email")) {
        return Some(LoginName::Email(address.to_owned()));
    }
    let user = form.get("user")?.as_object().filter(|user| user.len() == 1)?;
    let (key, value) = user.iter().next()?;
    let value = non_empty(Some(value))?.to_owned();
    match key.as_str() {
        "username" => Some(LoginName::Username(value)),
        "email" => Some(LoginName::Email(value)),
        "id" => Some(LoginName::Id(value)),
        _ => None,
    }
}

fn password(sent: &Value) -> Option<PasswordDigest> {
    match sent {
        Value::String(password) if !password.is_empty() => Some(PasswordDigest::of(password)),
        Value::Object(form) if form.len() == 2 && form.get("algorithm")?.as_str() == Some("sha-256") => {
            PasswordDigest::from_hex(form.get("digest")?.as_str()?)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => None,
    }
}

fn non_empty(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(sent: Value) -> LoginRequest {
        LoginForm::read(sent, Source::Body).unwrap().0
    }

    fn with_password(name: LoginName) -> LoginRequest {
        LoginRequest::Password { name, password: Some(PasswordDigest::of("p")) }
    }

    #[test]
    fn every_form_says_who() {
        let digest = json!({"digest": PasswordDigest::of("p").expose(), "algorithm": "sha-256"});
        let username = || with_password(LoginName::Username("kim".into()));
        let email = || with_password(LoginName::Email("k@x".into()));
        for (sent, request) in [
            (json!({"user": "kim", "password": "p"}), username()),
            (json!({"user": "k@x", "password": "p"}), email()),
            (json!({"username": "kim", "password": "p"}), username()),
            (json!({"username": "k@x", "password": "p"}), with_password(LoginName::Username("k@x".into()))),
            (json!({"email": "k@x", "password": "p"}), email()),
            (json!({"user": {"username": "kim"}, "password": "p"}), username()),
            (json!({"user": {"email": "k@x"}, "password": "p"}), email()),
            (json!({"user": {"id": "u1"}, "password": "p"}), with_password(LoginName::Id("u1".into()))),
            (json!({"username": "kim", "password": digest}), username()),
            (json!({"user": "kim", "username": "x", "email": "y@z", "password": "p"}), username()),
            (json!({"username": "kim", "email": "y@z", "password": "p", "code": "1"}), username()),
            (json!({"resume": "T"}), LoginRequest::Resume(RawToken::new("T"))),
        ] {
            assert_eq!(read(sent.clone()), request, "{sent}");
        }
    }

    #[test]
    fn anything_else_means_nobody() {
        for sent in [
            json!(null),
            json!([]),
            json!("kim"),
            json!({}),
            json!({"password": "p"}),
            json!({"user": "", "password": "p"}),
            json!({"user": "kim", "password": "p", "other": 1}),
            json!({"user": {"username": "kim", "email": "k@x"}, "password": "p"}),
            json!({"user": {"name": "kim"}, "password": "p"}),
            json!({"user": ["kim"], "password": "p"}),
            json!({"user": "k\0im", "password": "p"}),
            json!({"resume": ""}),
            json!({"resume": 5}),
        ] {
            assert_eq!(read(sent.clone()), LoginRequest::Unrecognised, "{sent}");
        }
    }

    #[test]
    fn somebody_may_be_meant_without_a_password() {
        let (digest, upper) = (PasswordDigest::of("p"), PasswordDigest::of("p").expose().to_uppercase());
        for password in [
            json!(null),
            json!(""),
            json!(5),
            json!({"digest": upper, "algorithm": "sha-256"}),
            json!({"digest": digest.expose(), "algorithm": "md5"}),
            json!({"digest": digest.expose()}),
            json!({"digest": digest.expose(), "algorithm": "sha-256", "more": 1}),
            json!({"hashed": "x"}),
        ] {
            let wordless = LoginRequest::Password { name: LoginName::Username("kim".into()), password: None };
            assert_eq!(read(json!({"user": "kim", "password": password})), wordless, "{password}");
            assert_eq!(read(json!({"user": "kim"})), wordless);
        }
    }
}
