//! What the program must not repeat: values in the wrong place may be passwords.

use crate::support::{Home, write};

#[test]
fn commands_do_not_repeat_misplaced_arguments() {
    let home = Home::sqlite();
    for args in [
        &["user", "set-password", "kim.jane", "leakargument"][..],
        &["user", "create", "kim.jane", "leakargument"],
        &["user", "create", "kim.jane", "--password=leakargument"],
        &["user", "create", "kim.jane", "--password-stdin=leakargument"],
        &["user", "create", "kim.jane", "--email", "leakargument"],
        &["user", "create", "kim.jane", "--email", "kim@leakargument"],
        &["user", "create", "kim.two", "--email", "kim@leakargument"],
        &["token", "create", "kim.jane", "leakargument"],
        &["token", "create", "kim.jane", "--name", "x", "--token", "leakargument"],
        &["--database-url", "postgress://u:leakargument@h/d", "migrate"],
        &["--database-url", "postgres://u:leakargument@127.0.0.1:1/d", "migrate"],
        &["--database-url", "postgres://u:leakargument@127.0.0.1:x/d", "migrate"],
        &["--database-ur", "postgres://u:leakargument@h/d", "migrate"],
        &["--database-url=postgres://u:leakargument@h/d", "--bogus"],
        &["postgres://u:leakargument@h/d"],
    ] {
        let output = home.run(args);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("leak"), "{args:?}: {said}");
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_not_quoted() {
    let home = Home::sqlite();
    for text in [
        "database_url = postgres://u:leakinfile@h/d\n",
        "database_url = [\"postgres://u:leakinfile@h/d\"]\n",
        "database_url = \"postgres://u:leakinfile@h/d\n",
        "database_uri = \"postgres://u:leakinfile@h/d\"\n",
        "[database_url]\nurl = \"postgres://u:leakinfile@h/d\"\n",
    ] {
        let file = write(&home, "broken.toml", text);
        let output = home.run(&["--config", file.to_str().unwrap(), "migrate"]);
        assert!(!output.status.success(), "{text}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("leak"), "{text}: {said}");
        assert!(said.contains("broken.toml"), "{text}: {said}");
    }
}
