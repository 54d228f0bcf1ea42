//! Tables for a terminal and for a page of the documentation.

use std::fmt::Write as _;

/// Tables with what one must know to judge them.
pub(super) struct Sheet {
    pub(super) title: String,
    /// The title without anything that changes: where the page has the predecessor.
    pub(super) key: String,
    /// Machine, revision, command and the like.
    pub(super) circumstances: Vec<(&'static str, String)>,
    pub(super) parts: Vec<Part>,
}

/// One table.
pub(super) struct Part {
    pub(super) headings: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Sheet {
    /// For a terminal: aligned columns.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("\n{}\n", self.title);
        for (what, value) in &self.circumstances {
            let _ = writeln!(text, "  {what}: {value}");
        }
        for part in &self.parts {
            text.push('\n');
            text.push_str(&part.to_text());
        }
        text
    }

    /// For a page of the documentation.
    pub(super) fn to_markdown(&self) -> String {
        let mut text = format!("### {}\n\n", self.title);
        for (what, value) in &self.circumstances {
            let _ = writeln!(text, "- {what}: {value}");
        }
        for part in &self.parts {
            let rule = "---|".repeat(part.headings.len());
            let _ = writeln!(text, "\n| {} |\n|{rule}", part.headings.join(" | "));
            for row in &part.rows {
                let _ = writeln!(text, "| {} |", row.join(" | "));
            }
        }
        text
    }
}

impl Part {
    fn to_text(&self) -> String {
        let headings: Vec<String> = self.headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mut widths: Vec<usize> = vec![0; headings.len()];
        for row in std::iter::once(&headings).chain(&self.rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            for (width, cell) in widths.iter().zip(row) {
                let _ = write!(text, "  {cell:<width$}");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            title: "Figures".to_owned(),
            key: "figures".to_owned(),
            circumstances: vec![("machine", "small".to_owned())],
            parts: vec![Part {
                headings: vec!["what", "rate"],
                rows: vec![vec!["reading".to_owned(), "7".to_owned()]],
            }],
        }
    }

    #[test]
    fn a_terminal_gets_aligned_columns() {
        assert_eq!(sheet().to_text(), "\nFigures\n  machine: small\n\n  what     rate\n  reading  7\n");
    }

    #[test]
    fn a_page_gets_a_table_with_its_circumstances() {
        let page = "### Figures\n\n- machine: small\n\n| what | rate |\n|---|---|\n| reading | 7 |\n";
        assert_eq!(sheet().to_markdown(), page);
    }
}
