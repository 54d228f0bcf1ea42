//! Nothing secret or personal leaves the server but in answers that are meant to hold it. A tour of all routes,
//! with failures of every kind, runs at the most verbose level of logging; then all that the process printed and
//! all bodies of refusals are searched for every secret and personal value that took part.

mod probes;
mod secrets;
mod tour;

use crate::support::Home;
use secrets::Secrets;
use tour::Tour;

crate::on_both_stores!(nothing_secret_is_logged_or_told_in_a_refusal,);

fn nothing_secret_is_logged_or_told_in_a_refusal(home: &Home) {
    let mut secrets = Secrets::default();
    let database =
        home.url_with_password(&secrets.text("the password of the database", "leakdatabasepassword"));
    let admin_password = secrets.password("Leak-Admin-Pass-1");
    let smtp_password = secrets.text("a secret setting from the environment", "leaksmtpfromenvironment");
    let mut environment = vec![
        ("OMNICONTACT_LOG", "trace"),
        ("ADMIN_PASS", admin_password.as_str()),
        ("ADMIN_EMAIL", "root@leakmail.example"),
        ("OVERWRITE_SETTING_SMTP_Password", &smtp_password),
        ("OVERWRITE_SETTING_API_Enable_Rate_Limiter", "false"),
    ];
    environment.extend(database.as_deref().map(|url| ("OMNICONTACT_DATABASE_URL", url)));
    let mut tour = Tour::start(home, secrets, &environment);
    tour.log_in(&admin_password);
    tour.keep_contacts();
    tour.administer();
    tour.end_sessions();
    let asked = tour.probe_all();
    home.ruin_database();
    assert_eq!(tour.probe_all(), asked);
    assert!(tour.refusals_with(500..600) > 0, "nothing failed although the database is gone");
    tour.assert_nothing_leaked();
}

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
        let file = crate::support::write(&home, "broken.toml", text);
        let output = home.run(&["--config", file.to_str().unwrap(), "migrate"]);
        assert!(!output.status.success(), "{text}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("leak"), "{text}: {said}");
        assert!(said.contains("broken.toml"), "{text}: {said}");
    }
}
