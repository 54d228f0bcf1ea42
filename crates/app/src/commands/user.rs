//! `omnicontact user ...`: what operators do with accounts at the machine.

use omnicontact_domain::role::{RoleId, USER};
use omnicontact_usecases::operator::{self, NewPassword, NewUser};

use super::columns::printable;
use super::password::Password;
use crate::cli::{CreateUserArgs, SetPasswordArgs, UnlockArgs};
use crate::config::Config;
use crate::wire;

pub(crate) async fn create(config: Config, args: CreateUserArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let password = Password::read_or_made_up(args.password_stdin, ctx.ids.as_ref())?;
    let roles = if args.roles.is_empty() { vec![USER.to_owned()] } else { args.roles };
    let new = NewUser {
        username: args.username,
        name: args.name,
        email: args.email,
        password: password.digest,
        roles: roles.into_iter().map(RoleId::from).collect(),
    };
    let id = operator::create_user(&ctx, &new).await?;
    ctx.store.close().await;
    println!("user {} has the id {id}", new.username);
    if let Some(text) = password.made_up {
        println!("password: {text}");
    }
    Ok(())
}

pub(crate) async fn set_password(config: Config, args: SetPasswordArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let password = Password::read_or_made_up(args.password_stdin, ctx.ids.as_ref())?;
    let new = NewPassword { password: password.digest, keep_tokens: args.keep_sessions };
    let set = operator::set_password(&ctx, &args.username, &new).await?;
    ctx.store.close().await;
    let tokens = if args.keep_sessions { "go on" } else { "have ended" };
    println!("The password of {} is set; all sessions and tokens {tokens}.", args.username);
    if !set.active {
        println!("The account is deactivated: nobody gets in with it until an administrator activates it.");
    }
    if let Some(text) = password.made_up {
        println!("password: {text}");
    }
    Ok(())
}

pub(crate) async fn unlock(config: Config, args: UnlockArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    if let Some(username) = &args.username {
        let forgotten = operator::unlock_user(&ctx, username).await?;
        println!("{forgotten} logins by {username} are forgotten; the user is not blocked.");
    }
    if let Some(address) = &args.address {
        let forgotten = operator::unlock_address(&ctx, address).await?;
        println!("{forgotten} logins from {address} are forgotten; the address is not blocked.");
    }
    ctx.store.close().await;
    Ok(())
}

pub(crate) async fn list(config: Config) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let users = operator::list_users(&ctx).await?;
    ctx.store.close().await;
    println!("{:<18} {:<9} {:<24} {:<40} NAME", "ID", "ACTIVE", "USERNAME", "ROLES");
    for user in users {
        let roles: Vec<&str> = user.roles.iter().map(RoleId::as_str).collect();
        println!(
            "{:<18} {:<9} {:<24} {:<40} {}",
            user.id.as_str(),
            if user.active { "yes" } else { "no" },
            printable(user.username.as_deref().unwrap_or("-")),
            printable(&roles.join(",")),
            printable(user.name.as_deref().unwrap_or("-")),
        );
    }
    Ok(())
}
