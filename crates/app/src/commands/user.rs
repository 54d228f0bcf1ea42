//! `omnicontact user ...`: what operators do with accounts at the machine.

use omnicontact_domain::role::{RoleId, USER};
use omnicontact_usecases::operator::{self, NewUser};

use super::password::Password;
use crate::cli::{CreateUserArgs, SetPasswordArgs};
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
    operator::set_password(&ctx, &args.username, &password.digest).await?;
    ctx.store.close().await;
    println!("The password of {} is set; all sessions and tokens have ended.", args.username);
    if let Some(text) = password.made_up {
        println!("password: {text}");
    }
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
            user.username.as_deref().unwrap_or("-"),
            roles.join(","),
            user.name.as_deref().unwrap_or("-"),
        );
    }
    Ok(())
}
