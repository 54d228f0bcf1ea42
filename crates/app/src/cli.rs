//! The command line: commands here, options in `config::options`, which are flags of every command.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use omnicontact_domain::audit::SubjectKind;

use crate::config::{Flags, options};

const AFTER_HELP: &str = "\
Without a command, `omnicontact` serves on http://127.0.0.1:3000 and keeps everything in the file \
omnicontact.db in the current folder, which it makes on the first start. It prints the password of the first \
administrator then.

Every option is also an environment variable and a key in the file omnicontact.toml in the current folder. \
Flags win over the environment, the environment over the file.";

/// The contact directory behind omnichannel customer support, as one fast server.
#[derive(Debug, Parser)]
#[command(name = "omnicontact", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API (the default)
    Serve,
    /// Make or update the tables of the database, then stop
    Migrate,
    /// Make users, set their passwords, let them log in again, list them
    #[command(subcommand)]
    User(UserCommand),
    /// Give and take roles, list them
    #[command(subcommand)]
    Role(RoleCommand),
    /// Make personal access tokens for programs, list and end tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Read who changed which user, token, role, permission or setting, the newest first
    Audit(AuditArgs),
    /// Fill the database with made-up people, to try things out
    Demo(DemoArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user
    Create(CreateUserArgs),
    /// Set a user's password, forget failed logins, and end all of the user's sessions and tokens
    SetPassword(SetPasswordArgs),
    /// Forget failed logins of a user or from an address, so that they are not blocked
    Unlock(UnlockArgs),
    /// List all users with their roles
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a personal access token and print it; it never expires and is shown only once
    Create(CreateTokenArgs),
    /// List a user's sessions and personal access tokens
    List(ListTokensArgs),
    /// End a user's personal access token, or all of the user's sessions and tokens
    Revoke(RevokeTokenArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// Give a role to a user
    Grant(RoleArgs),
    /// Take a role from a user; the last active administrator keeps it
    Revoke(RoleArgs),
    /// List all roles
    List,
}

#[derive(Debug, Args)]
pub(crate) struct CreateUserArgs {
    /// The login name: ASCII letters, digits, dots, dashes and underscores
    pub(crate) username: String,
    /// A role, e.g. livechat-agent; may be repeated [default: user]
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    /// The display name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// An e-mail address, by which the user can log in, too
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Read the password from the first line of standard input instead of making one up
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SetPasswordArgs {
    /// Whose password
    pub(crate) username: String,
    /// Read the password from the first line of standard input instead of making one up
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Leave the user's sessions and tokens as they are
    #[arg(long)]
    pub(crate) keep_sessions: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct UnlockArgs {
    /// Whose failed logins are forgotten
    pub(crate) username: Option<String>,
    /// The IP address from which failed logins are forgotten, whoever failed
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    /// Whose role
    pub(crate) username: String,
    /// The id or the name of the role, e.g. admin
    pub(crate) role: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListTokensArgs {
    /// Whose tokens
    pub(crate) username: String,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeTokenArgs {
    /// Whose token
    pub(crate) username: String,
    /// The name of the personal access token
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) name: Option<String>,
    /// End all sessions and personal access tokens
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Only changes of this kind of thing
    #[arg(long, value_name = "KIND")]
    pub(crate) subject: Option<AuditSubject>,
    /// Only changes of the thing with this id: of a user, role, permission or setting
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Only changes of this user and of this user's tokens
    #[arg(long, value_name = "USERNAME", conflicts_with = "id")]
    pub(crate) user: Option<String>,
    /// Only changes by this user (username or id), or by operator, system or anonymous
    #[arg(long, value_name = "WHO")]
    pub(crate) author: Option<String>,
    /// Only changes since then: a date, a date and a time, or how long ago (30m, 12h, 7d)
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Only changes until then; of a date, its end
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<String>,
    /// The most changes to show
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Print a JSON object for each change, one a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AuditSubject {
    User,
    Token,
    Role,
    Permission,
    Setting,
}

impl From<AuditSubject> for SubjectKind {
    fn from(subject: AuditSubject) -> Self {
        match subject {
            AuditSubject::User => Self::User,
            AuditSubject::Token => Self::Token,
            AuditSubject::Role => Self::Role,
            AuditSubject::Permission => Self::Permission,
            AuditSubject::Setting => Self::Setting,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CreateTokenArgs {
    /// Whose token
    pub(crate) username: String,
    /// What the token is for; one of a kind for its owner
    #[arg(long)]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// How many people there are afterwards; those of earlier runs stay
    #[arg(long, value_name = "N")]
    pub(crate) contacts: u64,
}

/// The whole command line: commands, and the options as flags.
pub(crate) fn command() -> clap::Command {
    options::ALL.iter().fold(Cli::command(), |command, option| command.arg(option.flag()))
}

/// Reads the arguments of the process.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<(Cli, Flags), clap::Error> {
    let matches = command().try_get_matches_from(args).map_err(without_values)?;
    let cli = Cli::from_arg_matches(&matches)?;
    Ok((cli, Flags::of(&matches)))
}

/// What is wrong, where the error repeats what was given, and whether that is only a name.
type Misplaced = (ErrorKind, ContextKind, fn(&str) -> bool);

const MISPLACED: [Misplaced; 3] = [
    (ErrorKind::UnknownArgument, ContextKind::InvalidArg, |text| text.starts_with('-')),
    (ErrorKind::InvalidSubcommand, ContextKind::InvalidSubcommand, |text| {
        text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    }),
    (ErrorKind::TooManyValues, ContextKind::InvalidValue, |_| false),
];

/// An error that repeats no value without a place: it may be a password or the URL of a database, and standard
/// error is often kept. Names of flags and misspelt commands stay.
fn without_values(mut error: clap::Error) -> clap::Error {
    let misplaced = MISPLACED.into_iter().find(|(wrong, ..)| *wrong == error.kind());
    let Some((_, place, is_name)) = misplaced else { return error };
    if let Some(ContextValue::String(text)) = error.get(place) {
        let name = text.split('=').next().filter(|name| is_name(name)).unwrap_or("...");
        let shown = ContextValue::String(name.to_owned());
        error.insert(place, shown);
    }
    // Its advice would repeat the value.
    error.remove(ContextKind::Suggested);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        command().debug_assert();
    }

    #[test]
    fn an_error_names_flags_and_commands_but_no_values() {
        for (line, shown) in [
            ("omnicontact user set-password kim hunter", "unexpected argument '...' found"),
            ("omnicontact user create kim --pass=hunter", "unexpected argument '--pass' found"),
            (
                "omnicontact user create kim --password-stdin=hunter",
                "unexpected value '...' for '--password-stdin'",
            ),
            ("omnicontact Hunter", "unrecognized subcommand '...'"),
            ("omnicontact serv", "unrecognized subcommand 'serv'"),
        ] {
            let said = parse(line.split(' ').map(OsString::from)).unwrap_err().render().to_string();
            assert!(said.contains(shown) && !said.to_lowercase().contains("hunter"), "{line}: {said}");
        }
    }

    #[test]
    fn options_may_stand_before_and_behind_the_command() {
        for line in ["omnicontact --listen [::1]:1 serve", "omnicontact serve --listen [::1]:1"] {
            let (_, flags) = parse(line.split(' ').map(OsString::from)).unwrap();
            assert_eq!(flags.get("listen"), Some("[::1]:1"));
        }
    }
}
