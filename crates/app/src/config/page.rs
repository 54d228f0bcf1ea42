//! The page `docs/configuration.md`, generated from the options and compared with what is committed.

use std::fmt::Write as _;
use std::path::Path;

use super::options::ALL;

fn page() -> String {
    let mut page = String::from(
        "# Configuration\n\n<!-- Generated from crates/app/src/config/options.rs by `cargo xtask codegen`. -->\n\n\
         Flags win over environment variables, these over the file `omnicontact.toml` (or the one that\n\
         `--config` names), that over the defaults. An unknown key in the file is an error.\n\n\
         | flag | environment | key in the file | default | what it is for |\n|---|---|---|---|---|\n",
    );
    for option in ALL {
        let default = option.default.map_or_else(|| "none".to_owned(), |text| format!("`{text}`"));
        let key = if option.key == "config" { "-".to_owned() } else { format!("`{}`", option.key) };
        let _ = writeln!(
            page,
            "| `--{}` | `{}` | {key} | {default} | {} |",
            option.flag_name(),
            option.env,
            option.about
        );
    }
    page.push_str(
        "\n## Environment variables of the original\n\n\
         | variable | meaning |\n|---|---|\n\
         | `PORT` | the port to serve on, unless `OMNICONTACT_LISTEN` or `--listen` says where |\n\
         | `ROOT_URL` | the public address, see above |\n\
         | `ADMIN_USERNAME`, `ADMIN_PASS`, `ADMIN_EMAIL`, `ADMIN_NAME` | the administrator who is made when nobody \
         is one yet; without `ADMIN_PASS` a password is made up and printed once |\n\
         | `<setting id>` | the initial value of a setting, e.g. `Accounts_LoginExpiration=30` |\n\
         | `OVERWRITE_SETTING_<setting id>` | the value of a setting, written at each start |\n\
         | `TEST_MODE` | `true` or `api`: makes the well-known test administrator; only on a loopback address |\n",
    );
    page
}

#[test]
fn configuration_page() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("OMNICONTACT_BLESS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, page(), "docs/configuration.md is old; run `cargo xtask codegen`");
}
