//! `omnicontact role ...`: who may what, from the machine.

use omnicontact_usecases::operator;

use super::columns::printable;
use crate::cli::RoleArgs;
use crate::config::Config;
use crate::wire;

pub(crate) async fn grant(config: Config, args: RoleArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let granted = operator::grant_role(&ctx, &args.username, &args.role).await?;
    ctx.store.close().await;
    let had = if granted { "has the role" } else { "had the role already:" };
    println!("{} {had} {}.", args.username, args.role);
    Ok(())
}

pub(crate) async fn revoke(config: Config, args: RoleArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let revoked = operator::revoke_role(&ctx, &args.username, &args.role).await?;
    ctx.store.close().await;
    let has = if revoked { "no longer has the role" } else { "did not have the role" };
    println!("{} {has} {}.", args.username, args.role);
    Ok(())
}

pub(crate) async fn list(config: Config) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let roles = operator::list_roles(&ctx).await?;
    ctx.store.close().await;
    println!("{:<26} {:<24} {:<14} {:<9} DESCRIPTION", "ID", "NAME", "SCOPE", "BUILT IN");
    for role in roles {
        println!(
            "{:<26} {:<24} {:<14} {:<9} {}",
            printable(role.id.as_str()),
            printable(&role.name),
            role.scope.as_str(),
            if role.protected { "yes" } else { "no" },
            printable(&role.description),
        );
    }
    Ok(())
}
