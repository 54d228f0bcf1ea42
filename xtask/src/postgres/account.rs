//! The account that a server runs under. PostgreSQL refuses to run as root, so root lends it another
//! account that exists already, and a folder that this account can write.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Existing accounts in order of preference.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

pub(crate) enum Account {
    /// The account of this process.
    Own,
    /// Another one, because this process is root's.
    Lent { name: String, user: String, group: String, way: Way },
}

/// The program that changes to another account; systems have different ones.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    SetPriv,
    RunUser,
    Su,
}

impl Account {
    pub(crate) fn choose() -> Result<Self> {
        if !process::is_root() {
            return Ok(Self::Own);
        }
        for name in CANDIDATES {
            let Ok(user) = process::read(Command::new("id").args(["-u", name])) else { continue };
            let group = process::read(Command::new("id").args(["-g", name]))?;
            for way in [Way::SetPriv, Way::RunUser, Way::Su] {
                let account =
                    Self::Lent { name: name.to_owned(), user: user.clone(), group: group.clone(), way };
                if process::succeeds(&mut account.command("true")) {
                    return Ok(account);
                }
            }
        }
        bail!(
            "PostgreSQL refuses to run as root, and none of the accounts {CANDIDATES:?} could be used \
             through setpriv, runuser or su"
        )
    }

    /// The program, to be run under this account.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command;
        match self {
            Self::Own => command = Command::new(&program),
            Self::Lent { user, group, way: Way::SetPriv, .. } => {
                command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
                command.arg("--clear-groups").arg("--").arg(&program);
            }
            Self::Lent { name, way: Way::RunUser, .. } => {
                command = Command::new("runuser");
                command.args(["-u", name, "--"]).arg(&program);
            }
            Self::Lent { name, way: Way::Su, .. } => {
                command = Command::new("su");
                command.args(["-s", "/bin/sh", name, "-c", "exec \"$@\"", "--", "sh"]).arg(&program);
            }
        }
        // The current folder may be closed to the account.
        command.current_dir("/");
        command
    }

    /// An empty folder that the account can write: the wished one, else one among temporary files.
    pub(crate) fn folder(&self, wished: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(wished).with_context(|| wished.display().to_string())?;
        let Self::Lent { user, group, .. } = self else { return Ok(wished.to_path_buf()) };
        let owner = format!("{user}:{group}");
        process::read(Command::new("chown").arg(owner).arg(wished))?;
        let writes = r#"cd "$1" && : > written && rm written"#;
        if process::succeeds(self.command("sh").args(["-c", writes, "sh"]).arg(wished)) {
            return Ok(wished.to_path_buf());
        }
        std::fs::remove_dir_all(wished)?;
        for parent in [std::env::temp_dir(), PathBuf::from("/tmp")] {
            let template = parent.join("omnicontact-postgres.XXXXXXXX");
            if let Ok(folder) = process::read(self.command("mktemp").arg("-d").arg(template)) {
                return Ok(PathBuf::from(folder));
            }
        }
        bail!("no folder was found that both this process and the server's account can write")
    }
}
