//! What the program says when it cannot do its work. It ends with an exit code other than 0.

use crate::support::{Home, write};

/// Runs a command that must fail, and returns what it said.
fn complaint(home: &Home, args: &[&str]) -> String {
    let output = home.run(args);
    assert!(!output.status.success(), "{args:?} succeeded");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_typo_in_the_configuration_file_is_named() {
    let home = Home::sqlite();
    write(&home, "omnicontact.toml", "lissten = \"127.0.0.1:0\"\n");
    let said = complaint(&home, &["serve"]);
    assert!(said.contains("lissten") && said.contains("omnicontact.toml"), "{said}");
}

#[test]
fn a_file_that_is_no_database_is_not_touched() {
    let home = Home::sqlite();
    let path = write(&home, "omnicontact.db", &"this is a letter to my grandmother\n".repeat(100));
    let before = std::fs::read(&path).unwrap();
    let said = complaint(&home, &["migrate"]);
    assert!(said.contains("omnicontact.db"), "{said}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let home = Home::sqlite();
    let said = complaint(&home, &["migrate", "--database-url", "sqlite://nowhere/omnicontact.db"]);
    assert!(said.contains("nowhere/omnicontact.db"), "{said}");
}

#[test]
fn an_unreachable_postgres_is_named_without_its_password() {
    let home = Home::sqlite();
    let said = complaint(&home, &["migrate", "--database-url", "postgres://u:hunter2@127.0.0.1:1/d"]);
    assert!(said.contains("PostgreSQL cannot be reached") && !said.contains("hunter2"), "{said}");
}

#[test]
fn unknown_roles_and_taken_names_are_named() {
    let home = Home::sqlite();
    let said = complaint(&home, &["user", "create", "kim.jane", "--role", "boss"]);
    assert!(said.contains("boss") && said.contains("livechat-agent"), "{said}");
    home.run_well(&["user", "create", "kim.jane"]);
    let said = complaint(&home, &["user", "create", "Kim.Jane"]);
    assert!(said.contains("Kim.Jane is taken"), "{said}");
    let said = complaint(&home, &["user", "set-password", "nobody"]);
    assert!(said.contains("nobody"), "{said}");
}

#[test]
fn an_address_in_use_is_named() {
    let home = Home::sqlite();
    let server = home.serve();
    let said = complaint(&home, &["serve", "--listen", &server.address]);
    assert!(said.contains(&server.address), "{said}");
}

#[test]
fn help_explains_every_command() {
    let home = Home::sqlite();
    for command in [
        "",
        "user",
        "user unlock",
        "user set-password",
        "role grant",
        "role revoke",
        "role list",
        "token create",
        "token list",
        "token revoke",
        "audit",
        "demo",
    ] {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        assert!(home.run_well(&args).contains(&format!("Usage: omnicontact {command}")), "{command}");
    }
}
