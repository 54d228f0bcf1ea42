//! `omnicontact token create`: a personal access token for a program.

use omnicontact_usecases::operator;

use crate::cli::CreateTokenArgs;
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
