//! What must not be found, and looking for it.

use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::token::RawToken;
use serde_json::Value;

/// In every made-up value, so that parts and other spellings of it are found, too.
pub(super) const MARK: &str = "leak";

/// What the tour sent or was given and nobody may read afterwards.
#[derive(Default)]
pub(super) struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    /// A secret or personal text; returned for its use.
    pub(super) fn text(&mut self, what: &'static str, value: &str) -> String {
        self.0.push((what, value.to_owned()));
        value.to_owned()
    }

    /// A password, which is also sent and stored in other forms.
    pub(super) fn password(&mut self, password: &str) -> String {
        self.0.push(("the SHA-256 of a password", PasswordDigest::of(password).expose().to_owned()));
        self.text("a password", password)
    }

    /// A login token, which is stored in another form.
    pub(super) fn token(&mut self, token: &Value) -> String {
        let token = token.as_str().unwrap();
        self.0.push(("a hashed token", RawToken::new(token).hashed().as_str().to_owned()));
        self.text("a token", token)
    }

    /// What of all this stands in a text, with the line where it stands.
    pub(super) fn found_in(&self, text: &str) -> Vec<String> {
        let anywhere = [("a made-up value", MARK), ("a made-up value", "Leak"), ("a password hash", "$2b$")];
        let known = self.0.iter().map(|(what, value)| (*what, value.as_str()));
        let mut found = Vec::new();
        for (what, value) in known.chain(anywhere) {
            if let Some(line) = text.lines().find(|line| line.contains(value)) {
                found.push(format!("{what} ({value}) is in: {line}"));
            }
        }
        found
    }
}

#[test]
fn each_form_of_a_secret_is_found() {
    let mut secrets = Secrets::default();
    secrets.password("hunter2");
    secrets.token(&Value::from("9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq"));
    for leak in [
        "the password is hunter2",
        "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7",
        "token=9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq",
        "{\"hashed\":\"ui3/82zPrpjnqZbLqQeMM8D1K9n6EwuUOXOReep/WGc=\"}",
        "$2b$10$LNYaqDreDE7tt9EVEeaS9uw",
    ] {
        assert_eq!(secrets.found_in(&format!("calm\n{leak}\ncalm")).len(), 1, "{leak}");
    }
    assert_eq!(secrets.found_in("hunter 2"), Vec::<String>::new());
}
