//! The `omnicontact` binary: the only place that names adapters. Rules live elsewhere.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its user")]

mod cli;
mod commands;
mod config;
mod shutdown;
mod store;
mod telemetry;
mod tls;
mod wire;

use std::process::ExitCode;

use cli::{Cli, Command, RoleCommand, TokenCommand, UserCommand};
use mimalloc::MiMalloc;

/// Chosen by measurement: docs/benchmarks.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let (cli, flags) = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(cli, &flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut said = error.to_string();
            for cause in error.chain().skip(1).map(ToString::to_string) {
                // A cause that its context repeats is said once.
                if !said.contains(&cause) {
                    eprintln!("  because: {cause}");
                }
                said = cause;
            }
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, flags: &config::Flags) -> anyhow::Result<()> {
    let config = config::load(flags, &config::Environment::of_process())?;
    let _logging = telemetry::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => commands::serve::run(config).await,
            Command::Migrate => commands::migrate::run(config).await,
            Command::User(UserCommand::Create(args)) => commands::user::create(config, args).await,
            Command::User(UserCommand::SetPassword(args)) => commands::user::set_password(config, args).await,
            Command::User(UserCommand::Unlock(args)) => commands::user::unlock(config, args).await,
            Command::User(UserCommand::List) => commands::user::list(config).await,
            Command::Role(RoleCommand::Grant(args)) => commands::role::grant(config, args).await,
            Command::Role(RoleCommand::Revoke(args)) => commands::role::revoke(config, args).await,
            Command::Role(RoleCommand::List) => commands::role::list(config).await,
            Command::Token(TokenCommand::Create(args)) => commands::token::create(config, args).await,
            Command::Token(TokenCommand::List(args)) => commands::token::list(config, args).await,
            Command::Token(TokenCommand::Revoke(args)) => commands::token::revoke(config, args).await,
            Command::Audit(args) => commands::audit::run(config, args).await,
            Command::Demo(args) => commands::demo::run(config, args).await,
        }
    })
}
