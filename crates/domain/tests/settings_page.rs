//! The page `docs/settings.md`, made from the catalogue; this test fails when it differs.
#![expect(clippy::unwrap_used, reason = "a test: what it did not expect ends it")]

use std::fmt::Write as _;
use std::path::Path;

use omnicontact_domain::setting::{CATALOGUE, Setting, SettingDefault, SettingKind};

const HEAD: &str = "\
# Settings

<!-- Generated from crates/domain by `cargo xtask codegen`. -->

What operators change while the server runs, over `settings/:_id` and `settings`, or before it starts: the
environment variable of the same name gives a setting its first value, `OVERWRITE_SETTING_<id>` a value at each
start. A change holds from the next request on, on every node. What a setting may hold, and what is converted:
[wire compatibility](wire-compatibility.md#values-of-settings).

**public**: everybody reads it; all others ask for `view-privileged-setting`. **secret**: masked in the audit trail.
**hidden**: neither read nor written over the API. *No effect* means: stored and returned for clients that ask, and
nothing in this program reads it.

";

fn page() -> String {
    let mut page = HEAD.to_owned();
    let _ = writeln!(page, "| setting | holds | default | | meaning |");
    let _ = writeln!(page, "|---|---|---|---|---|");
    for setting in CATALOGUE {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            setting.id,
            holds(setting.kind),
            default(setting),
            marks(setting),
            setting.about
        );
    }
    page
}

fn holds(kind: SettingKind) -> String {
    match kind {
        SettingKind::Boolean => "true or false".to_owned(),
        SettingKind::Int => "number".to_owned(),
        SettingKind::Range { min, max } => format!("number from {min} to {max}"),
        SettingKind::Text => "text".to_owned(),
        SettingKind::Texts => "list of texts".to_owned(),
        SettingKind::Select(choices) => {
            choices.iter().map(|choice| code(choice)).collect::<Vec<_>>().join(", ")
        }
        SettingKind::Color => "colour".to_owned(),
        SettingKind::Code => "JSON text".to_owned(),
        SettingKind::Password => "password".to_owned(),
        SettingKind::Language => "language".to_owned(),
    }
}

fn default(setting: &Setting) -> String {
    match setting.default {
        SettingDefault::Bool(truth) => code(&truth.to_string()),
        SettingDefault::Int(number) => code(&number.to_string()),
        SettingDefault::Text("") => "empty".to_owned(),
        SettingDefault::Text(text) => code(text),
        SettingDefault::Texts(texts) => texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", "),
        SettingDefault::RandomText => "17 random characters".to_owned(),
        SettingDefault::RootUrl => "`ROOT_URL`".to_owned(),
    }
}

/// Code in a cell: a bar would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn marks(setting: &Setting) -> String {
    let marks = [(setting.public, "public"), (setting.secret, "secret"), (setting.hidden, "hidden")];
    let set: Vec<_> = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    set.join(", ")
}

/// The text of all sources of the program but the catalogue.
fn sources() -> String {
    fn read(folder: &Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, all);
            } else if !path.ends_with("catalogue.rs") {
                all.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = String::new();
    for name in ["domain", "usecases", "adapters-http", "app"] {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src"), &mut all);
    }
    all
}

/// Code reads a setting by a constant; the defaults of preferences are read all at once.
#[test]
fn a_setting_says_that_it_has_no_effect_exactly_when_nothing_reads_it() {
    let sources = sources();
    for setting in CATALOGUE.iter().filter(|setting| !setting.id.contains("_User_Preferences_")) {
        let is_read = sources.contains(&format!(": &str = \"{}\";", setting.id));
        assert_eq!(setting.about.starts_with("No effect"), !is_read, "{}", setting.id);
    }
}

#[test]
fn the_committed_page_is_what_the_catalogue_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
    if std::env::var_os("OMNICONTACT_BLESS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, page(), "docs/settings.md is old; run `cargo xtask codegen`");
}
