//! Which layer wins, and what is said when one is wrong.

use std::fs;

use super::*;

fn flags(given: &[(&'static str, &str)]) -> Flags {
    Flags(given.iter().map(|(key, text)| (*key, (*text).to_owned())).collect())
}

/// A configuration file in a folder of its own; the folder lives as long as the value.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn complaint(flags: &Flags, environment: &Environment) -> String {
    format!("{:#}", load(flags, environment).unwrap_err())
}

#[test]
fn nothing_said_means_the_defaults() {
    let config = load(&Flags::default(), &Environment::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.database_url, "sqlite://omnicontact.db");
    assert_eq!(config.root_url, "http://localhost:3000");
    assert_eq!(config.body_limit, 1_048_576);
    assert!(!config.test_mode);
    assert_eq!(config.administrator.username, "admin");
}

#[test]
fn flags_win_over_environment_over_file() {
    let (_folder, path) = file("listen = \"127.0.0.1:1\"\nbody_limit = 10\nlog = \"warn\"\n");
    let environment = [("OMNICONTACT_LISTEN", "127.0.0.1:2"), ("OMNICONTACT_BODY_LIMIT", "20")].into();
    let config = load(&flags(&[("config", &path), ("listen", "127.0.0.1:3")]), &environment).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.body_limit, 20);
    assert_eq!(config.log, "warn");
}

#[test]
fn which_headers_say_where_a_request_comes_from() {
    let default = load(&Flags::default(), &Environment::default()).unwrap().address_trust;
    assert_eq!(default, AddressTrust { real_ip: true, forwarded_count: 0 });
    let environment = [("OMNICONTACT_TRUST_X_REAL_IP", "false"), ("HTTP_FORWARDED_COUNT", "2")].into();
    let said = load(&Flags::default(), &environment).unwrap().address_trust;
    assert_eq!(said, AddressTrust { real_ip: false, forwarded_count: 2 });
    for wrong in ["-1", "one"] {
        assert!(load(&Flags::default(), &[("HTTP_FORWARDED_COUNT", wrong)].into()).is_err(), "{wrong}");
    }
}

#[test]
fn sessions_for_users_need_the_switch_and_the_secret() {
    const SWITCH: &str = "CREATE_TOKENS_FOR_USERS";
    const SECRET: &str = "CREATE_TOKENS_FOR_USERS_SECRET";
    let secret = |environment| load(&Flags::default(), &environment).unwrap().token_secret;
    for yes in ["true", "yes"] {
        assert!(secret([(SWITCH, yes), (SECRET, "1234567890")].into()).unwrap().is("1234567890"));
    }
    assert!(secret([(SWITCH, "false"), (SECRET, "1234567890")].into()).is_none());
    assert!(secret([(SECRET, "1234567890")].into()).is_none());
    assert!(secret([(SWITCH, "true")].into()).is_none());
    assert!(secret([(SWITCH, "true"), (SECRET, "")].into()).is_none());
    let config = load(&Flags::default(), &[(SWITCH, "true"), (SECRET, "1234567890")].into()).unwrap();
    assert!(!format!("{config:?}").contains("1234567890"));
}

#[test]
fn a_typo_in_the_file_is_named() {
    let (_folder, path) = file("listn = \"127.0.0.1:1\"\n");
    let said = complaint(&flags(&[("config", &path)]), &Environment::default());
    assert!(said.contains("listn") && said.contains("c.toml"), "{said}");
}

#[test]
fn a_wrong_type_is_named() {
    let (_folder, path) = file("body_limit = \"much\"\n");
    let said = complaint(&flags(&[("config", &path)]), &Environment::default());
    assert!(said.contains("body_limit"), "{said}");
    let said = complaint(&flags(&[("listen", "localhost")]), &Environment::default());
    assert!(said.contains("`listen`") && said.contains("localhost"), "{said}");
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let said = complaint(&flags(&[("config", "nowhere/c.toml")]), &Environment::default());
    assert!(said.contains("nowhere/c.toml"), "{said}");
}

#[test]
fn the_port_of_the_original_moves_the_port_unless_listen_is_said() {
    let config = load(&Flags::default(), &[("PORT", "8080")].into()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.root_url, "http://localhost:8080");
    let both = [("PORT", "8080"), ("OMNICONTACT_LISTEN", "127.0.0.1:9")].into();
    assert_eq!(load(&Flags::default(), &both).unwrap().listen.port(), 9);
    assert!(complaint(&Flags::default(), &[("PORT", "many")].into()).contains("PORT"));
}

#[test]
fn the_public_address_has_no_slash_at_the_end() {
    let config = load(&Flags::default(), &[("ROOT_URL", "https://chat.example/")].into()).unwrap();
    assert_eq!(config.root_url, "https://chat.example");
}

#[test]
fn https_is_served_with_a_certificate_and_its_key() {
    assert_eq!(load(&Flags::default(), &Environment::default()).unwrap().tls, None);
    let (_folder, path) = file("tls_certificate = \"from/file.pem\"\ntls_key = \"from/file.key\"\n");
    let config = load(&flags(&[("config", &path)]), &Environment::default()).unwrap();
    let files = TlsFiles { certificate: "from/file.pem".into(), key: "from/file.key".into() };
    assert_eq!(config.tls, Some(files));
    let environment = [("OMNICONTACT_TLS_CERTIFICATE", "of.pem"), ("OMNICONTACT_TLS_KEY", "of.key")].into();
    let config = load(&flags(&[("tls_key", "flag.key")]), &environment).unwrap();
    assert_eq!(config.tls, Some(TlsFiles { certificate: "of.pem".into(), key: "flag.key".into() }));
    assert_eq!(config.listen.port(), 3000);
    assert_eq!(config.root_url, "https://localhost:3000");
    let port = [("PORT", "8443"), ("OMNICONTACT_TLS_CERTIFICATE", "c"), ("OMNICONTACT_TLS_KEY", "k")].into();
    assert_eq!(load(&Flags::default(), &port).unwrap().root_url, "https://localhost:8443");
}

#[test]
fn a_certificate_without_a_key_is_an_error_and_the_other_way_round() {
    let said = complaint(&flags(&[("tls_certificate", "c.pem")]), &Environment::default());
    assert_eq!(said, "`tls_certificate` is set, and `tls_key` is missing");
    let said = complaint(&Flags::default(), &[("OMNICONTACT_TLS_KEY", "k.pem")].into());
    assert_eq!(said, "`tls_key` is set, and `tls_certificate` is missing");
    let (_folder, path) = file("tls_certificate = \"c.pem\"\ntls_key = \"\"\n");
    let said = complaint(&flags(&[("config", &path)]), &Environment::default());
    assert_eq!(said, "`tls_certificate` is set, and `tls_key` is missing");
}

#[test]
fn the_mode_for_tests_only_serves_on_loopback() {
    assert!(load(&Flags::default(), &[("TEST_MODE", "api")].into()).unwrap().test_mode);
    let open = [("TEST_MODE", "true"), ("OMNICONTACT_LISTEN", "0.0.0.0:3000")].into();
    assert!(complaint(&Flags::default(), &open).contains("loopback"));
    assert!(complaint(&Flags::default(), &[("TEST_MODE", "yes")].into()).contains("TEST_MODE"));
}

#[test]
fn settings_are_taken_from_the_environment() {
    let environment = [
        ("OVERWRITE_SETTING_API_Enable_Rate_Limiter", "false"),
        ("Accounts_LoginExpiration", "30"),
        ("HOME", "/root"),
    ];
    let config = load(&Flags::default(), &environment.into()).unwrap();
    assert_eq!(config.forced_settings, [("API_Enable_Rate_Limiter".to_owned(), "false".to_owned())]);
    assert_eq!(config.initial_settings, [("Accounts_LoginExpiration".to_owned(), "30".to_owned())]);
}

#[test]
fn the_password_of_the_administrator_is_not_shown() {
    let config =
        load(&Flags::default(), &[("ADMIN_PASS", "hunter2"), ("ADMIN_USERNAME", "root")].into()).unwrap();
    assert_eq!(config.administrator.username, "root");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn no_administrator_is_made_where_nobody_wants_one() {
    assert!(load(&Flags::default(), &Environment::default()).unwrap().make_administrator);
    let off = [("OMNICONTACT_MAKE_ADMINISTRATOR", "false")];
    assert!(!load(&Flags::default(), &off.into()).unwrap().make_administrator);
    let both = [("OMNICONTACT_MAKE_ADMINISTRATOR", "false"), ("ADMIN_PASS", "hunter2")];
    let said = complaint(&Flags::default(), &both.into());
    assert!(said.contains("make_administrator") && !said.contains("hunter2"), "{said}");
}
