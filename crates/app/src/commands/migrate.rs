//! `omnicontact migrate`: make or update the tables, write the catalogues, stop.

use crate::config::Config;
use crate::wire;

pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let ctx = wire::context(&config).await?;
    wire::prepare(&ctx, &config, None).await?;
    ctx.store.close().await;
    println!("The database is ready for this version of omnicontact.");
    Ok(())
}
