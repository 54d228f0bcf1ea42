//! `omnicontact token ...`: personal access tokens for programs, and the end of tokens that fell into wrong hands.

use omnicontact_domain::token::{LoginToken, TokenKind};
use omnicontact_usecases::operator;

use super::columns::printable;
use crate::cli::{CreateTokenArgs, ListTokensArgs, RevokeTokenArgs};
use crate::config::Config;
use crate::wire;

pub(crate) async fn create(config: Config, args: CreateTokenArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let (owner, token) = operator::create_token(&ctx, &args.username, &args.name).await?;
    ctx.store.close().await;
    println!("X-User-Id: {owner}");
    println!("X-Auth-Token: {}", token.expose());
    Ok(())
}

pub(crate) async fn list(config: Config, args: ListTokensArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let tokens = operator::list_tokens(&ctx, &args.username).await?;
    ctx.store.close().await;
    println!("{:<9} {:<25} {:<10} NAME", "KIND", "MADE", "ENDS IN");
    for LoginToken { created_at, kind, .. } in tokens {
        let made = created_at.to_string();
        match kind {
            TokenKind::Session => println!("{:<9} {made:<25} {:<10} -", "session", "-"),
            TokenKind::Personal { name, last_token_part, .. } => {
                println!(
                    "{:<9} {made:<25} {:<10} {}",
                    "personal",
                    printable(&last_token_part),
                    printable(&name)
                );
            }
        }
    }
    Ok(())
}

pub(crate) async fn revoke(config: Config, args: RevokeTokenArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    if let Some(name) = &args.name {
        operator::revoke_token(&ctx, &args.username, name).await?;
        println!("The token {name} of {} has ended.", args.username);
    } else {
        let ended = operator::revoke_all_tokens(&ctx, &args.username).await?;
        println!("All sessions and tokens of {} have ended: {ended}.", args.username);
    }
    ctx.store.close().await;
    Ok(())
}
