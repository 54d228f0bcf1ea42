//! Documents that are made from the program and kept in `docs`. `OMNICONTACT_BLESS=1` renews them.

use std::path::Path;

pub(crate) fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("OMNICONTACT_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "docs/{name} is out of date; renew it with OMNICONTACT_BLESS=1 and read the difference"
    );
}
