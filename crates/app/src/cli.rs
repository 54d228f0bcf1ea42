//! The command line: commands here, options in `config::options`, which are flags of every command.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

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
    /// Make users, set their passwords, list them
    #[command(subcommand)]
    User(UserCommand),
    /// Make personal access tokens for programs
    #[command(subcommand)]
    Token(TokenCommand),
    /// Fill the database with made-up people, to try things out
    Demo(DemoArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user
    Create(CreateUserArgs),
    /// Set a user's password and end all of the user's sessions and tokens
    SetPassword(SetPasswordArgs),
    /// List all users with their roles
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a personal access token and print it; it never expires and is shown only once
    Create(CreateTokenArgs),
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
