//! The rules of `tidy`. Each is a pure function that says what is wrong with a file, or with the set of
//! them; `tests` below plants every fault once.

use std::collections::BTreeSet;

use super::SourceFile;

const LONGEST_FILE: usize = 600;

/// Left-overs that must not reach the main line.
const LEFT_OVERS: [&str; 5] = ["todo!(", "unimplemented!(", "FIXME", "XXX", "#[ignore"];

/// Words that say nothing about what a file is for.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "service", "services", "info", "data"];

/// Where one of them is the subject itself: sample data, and the endpoint of that name.
const NAMED_WELL: [(&str, &str); 2] =
    [("crates/conformance/src/", "data"), ("crates/adapters-http/src/", "info")];

const STORES: [&str; 2] = ["crates/adapters-postgres/", "crates/adapters-sqlite/"];

/// One line per fault: `path: what is wrong`.
pub(super) fn faults(files: &[SourceFile]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let mut found = Vec::new();
        if file.path == "Cargo.toml" {
            found.extend(uncommented_dependencies(&file.text));
        }
        if file.is_rust() {
            found.extend(shape(file));
            found.extend(empty_name(&file.path));
            found.extend(left_overs(file));
            found.extend(sql_outside_the_stores(file));
            found.extend(names_of_tests(&file.text));
        }
        faults.extend(found.into_iter().map(|what| format!("{}: {what}", file.path)));
    }
    faults.extend(unpaired_migrations(files));
    faults
}

fn shape(file: &SourceFile) -> Vec<String> {
    let mut found = Vec::new();
    let length = file.text.lines().count();
    if length > LONGEST_FILE {
        found.push(format!("{length} lines; at most {LONGEST_FILE}"));
    }
    if !file.text.starts_with("//!") {
        found.push("does not open with `//!`: what is it for, and what is deliberately absent?".to_owned());
    }
    if file.path.ends_with("/mod.rs") {
        found.push("a module `x` lives in `x.rs`, never in `x/mod.rs`".to_owned());
    }
    found
}

/// Looks at each word of the file's name and of its folders' names.
fn empty_name(path: &str) -> Option<String> {
    let is_named_well =
        |part: &str| NAMED_WELL.iter().any(|(place, name)| path.starts_with(place) && *name == part);
    let parts = path.strip_suffix(".rs")?.split('/').filter(|part| !is_named_well(part));
    let word = parts.flat_map(|part| part.split('_')).find(|word| EMPTY_NAMES.contains(word))?;
    Some(format!("`{word}` in a file's name does not say what lives there"))
}

fn left_overs(file: &SourceFile) -> Vec<String> {
    if !file.path.starts_with("crates/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for word in LEFT_OVERS {
            if line.match_indices(word).any(|(at, _)| stands_alone(line, at, word)) {
                found.push(format!("line {number}: `{word}` is a left-over"));
            }
        }
    }
    found
}

/// `XXX` is a left-over, `\uXXXX` is not.
fn stands_alone(line: &str, at: usize, word: &str) -> bool {
    let before = line.get(..at).and_then(|text| text.chars().next_back());
    let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
    let continues = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    let ends_open = word.ends_with(char::is_alphanumeric);
    !(continues(before) || (ends_open && word.starts_with('X') && continues(after)))
}

fn sql_outside_the_stores(file: &SourceFile) -> Vec<String> {
    let concerned =
        file.path.starts_with("crates/") && !STORES.iter().any(|store| file.path.starts_with(store));
    if !concerned {
        return Vec::new();
    }
    let code = (1..).zip(file.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.filter(|(_, line)| line.contains("sqlx::"))
        .map(|(number, _)| format!("line {number}: SQL lives in the store adapters"))
        .collect()
}

/// The attribute says already that it is a test; the name is a sentence.
fn names_of_tests(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim_start)) {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.contains("::test]") || line.contains("::test(");
        } else if !line.starts_with("//") {
            let name = line.trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ");
            if is_test && name.is_some_and(|name| name.starts_with("test_")) {
                found.push(format!("line {number}: a test's name is a sentence without `test_`"));
            }
            is_test = false;
        }
    }
    found
}

fn unpaired_migrations(files: &[SourceFile]) -> Vec<String> {
    let names = |store: &str| -> BTreeSet<String> {
        let folder = format!("{store}migrations/");
        files.iter().filter_map(|file| file.path.strip_prefix(&folder)).map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for [here, there] in [[STORES[0], STORES[1]], [STORES[1], STORES[0]]] {
        for name in names(here).difference(&names(there)) {
            found.push(format!("{here}migrations/{name}: {there}migrations has no file of this name"));
        }
    }
    found
}

/// In `[workspace.dependencies]`, the line above a foreign crate says what the crate is for.
fn uncommented_dependencies(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_section = false;
    let mut above = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_section = line.trim() == "[workspace.dependencies]";
        }
        let key = line.split(['=', '.', ' ']).next().unwrap_or_default();
        let is_entry = line.starts_with(|first: char| first.is_ascii_alphanumeric()) && line.contains('=');
        let is_comment = above.starts_with('#') && !above.ends_with("---");
        if in_section && is_entry && !line.contains("path =") && !is_comment {
            found.push(format!("the line above `{key}` must say what the crate is for"));
        }
        above = line;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, faults};

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    /// The faults of one file that opens as it should.
    fn faults_in(path: &str, text: &str) -> Vec<String> {
        faults(&[file(path, &format!("//! A file.\n{text}"))])
    }

    #[test]
    fn a_tidy_file_has_no_fault() {
        let text = "/// `\\uXXXX` escapes\nfn testing() {}\n#[test]\nfn it_works() {}";
        assert_eq!(faults_in("crates/domain/src/text.rs", text), [""; 0]);
    }

    #[test]
    fn a_long_file_is_refused() {
        assert_eq!(faults_in("crates/x/src/a.rs", &"\n".repeat(599)), [""; 0]);
        let faults = faults_in("crates/x/src/a.rs", &"\n".repeat(600));
        assert_eq!(faults, ["crates/x/src/a.rs: 601 lines; at most 600"]);
    }

    #[test]
    fn a_file_without_an_opening_comment_is_refused() {
        let faults = faults(&[file("xtask/src/a.rs", "use std::io;")]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("does not open with `//!`"), "{faults:?}");
    }

    #[test]
    fn the_old_name_of_module_files_is_refused() {
        let faults = faults_in("crates/x/src/a/mod.rs", "");
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("`x.rs`"), "{faults:?}");
    }

    #[test]
    fn every_left_over_is_refused() {
        for text in ["todo!()", "unimplemented!()", "// FIXME: later", "// XXX", "#[ignore = \"slow\"]"] {
            let faults = faults_in("crates/x/src/a.rs", text);
            assert_eq!(faults.len(), 1, "{text}");
            assert!(faults[0].starts_with("crates/x/src/a.rs: line 2: "), "{faults:?}");
        }
    }

    #[test]
    fn sql_outside_the_stores_is_refused() {
        let text = "let row = sqlx::query(\"\");";
        assert_eq!(faults_in("crates/usecases/src/a.rs", text).len(), 1);
        assert_eq!(faults_in("crates/usecases/src/a.rs", "// unlike sqlx::query"), [""; 0]);
        assert_eq!(faults_in("crates/adapters-sqlite/src/a.rs", text), [""; 0]);
    }

    #[test]
    fn a_test_that_is_named_after_its_kind_is_refused() {
        for text in [
            "#[test]\n    fn test_it() {}",
            "#[tokio::test(start_paused = true)]\n#[cfg(unix)]\nasync fn test_it() {}",
        ] {
            assert_eq!(faults_in("xtask/src/a.rs", text).len(), 1, "{text}");
        }
        assert_eq!(
            faults_in("crates/x/src/a.rs", "#[test]\nfn it() {}\nfn test_administrator() {}"),
            [""; 0]
        );
    }

    #[test]
    fn a_name_that_says_nothing_is_refused() {
        for path in ["crates/x/src/util.rs", "xtask/src/cargo_helpers.rs", "crates/x/tests/common/a.rs"] {
            assert_eq!(faults_in(path, "").len(), 1, "{path}");
        }
        let subjects =
            ["conformance/src/data.rs", "conformance/src/data/any.rs", "adapters-http/src/server/info.rs"];
        for path in subjects.map(|path| format!("crates/{path}")) {
            assert_eq!(faults_in(&path, ""), [""; 0], "{path}");
        }
        assert_eq!(faults_in("crates/conformance/src/contact_data.rs", "").len(), 1);
    }

    #[test]
    fn a_migration_of_one_engine_alone_is_refused() {
        let postgres = file("crates/adapters-postgres/migrations/0001_first.sql", "");
        let sqlite = file("crates/adapters-sqlite/migrations/0001_first.sql", "");
        let alone = faults(&[file("crates/adapters-postgres/migrations/0001_first.sql", "")]);
        assert_eq!(alone.len(), 1);
        assert!(alone[0].contains("adapters-sqlite/migrations has no file"), "{alone:?}");
        assert_eq!(faults(&[postgres, sqlite]), [""; 0]);
    }

    #[test]
    fn a_foreign_crate_without_a_reason_is_refused() {
        let manifest = "[workspace.dependencies]\n\
                        omnicontact-domain = { path = \"crates/domain\" }\n\
                        # Tools ------\n\
                        anyhow = \"1\"\n\
                        # command line\n\
                        clap = { version = \"4\", features = [\n    \"std\",\n] }\n\
                        tokio.version = \"1\"\n\
                        [profile.dev]\ndebug = true\n";
        let faults = faults(&[file("Cargo.toml", manifest)]);
        let why = |name: &str| format!("Cargo.toml: the line above `{name}` must say what the crate is for");
        assert_eq!(faults, [why("anyhow"), why("tokio")]);
    }
}
