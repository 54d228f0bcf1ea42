//! Where a password comes from: standard input, or made up and printed.

use anyhow::Context as _;
use omnicontact_domain::password::PasswordDigest;
use omnicontact_ports::IdSource;

/// A password, and its text when it was made up and must be shown.
pub(crate) struct Password {
    pub(crate) digest: PasswordDigest,
    pub(crate) made_up: Option<String>,
}

impl Password {
    /// A fresh password that nobody can guess.
    pub(crate) fn made_up(ids: &dyn IdSource) -> Self {
        let text = ids.random_id();
        Self { digest: PasswordDigest::of(&text), made_up: Some(text) }
    }

    /// The first line of standard input, or a fresh one.
    pub(crate) fn read_or_made_up(from_stdin: bool, ids: &dyn IdSource) -> anyhow::Result<Self> {
        if !from_stdin {
            return Ok(Self::made_up(ids));
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("standard input cannot be read")?;
        let text = line.trim_end_matches(['\r', '\n']);
        anyhow::ensure!(!text.is_empty(), "there is no password on the first line of standard input");
        Ok(Self { digest: PasswordDigest::of(text), made_up: None })
    }
}
