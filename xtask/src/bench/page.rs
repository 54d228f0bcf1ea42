//! Figures in docs/benchmarks.md, each table between marks of its own.

use anyhow::{Context, Result};

use super::sheet::Sheet;
use crate::process;

const PAGE: &str = "docs/benchmarks.md";

/// Puts a table in the place of its predecessor, or at the end of the page.
pub(super) fn publish(sheet: &Sheet) -> Result<()> {
    let path = process::root().join(PAGE);
    let page = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    std::fs::write(&path, with(&page, &sheet.key, &sheet.to_markdown()))?;
    eprintln!("written: {PAGE}");
    Ok(())
}

fn with(page: &str, key: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- begin: {key} -->"), format!("<!-- end: {key} -->"));
    let block = format!("{begin}\n{}\n{end}", text.trim_end());
    if let Some((before, rest)) = page.split_once(&begin)
        && let Some((_, after)) = rest.split_once(&end)
    {
        return format!("{before}{block}{after}");
    }
    format!("{}\n\n{block}\n", page.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_its_predecessor() {
        let page = with("# Figures\n", "one", "1\n");
        assert_eq!(page, "# Figures\n\n<!-- begin: one -->\n1\n<!-- end: one -->\n");
        let both = with(&page, "two", "2");
        assert_eq!(with(&both, "one", "3"), both.replace("1\n<!--", "3\n<!--"));
    }
}
