//! `omnicontact demo`: made-up people, with a progress bar.

use indicatif::{ProgressBar, ProgressStyle};
use omnicontact_usecases::demo;

use crate::cli::DemoArgs;
use crate::config::Config;
use crate::wire;

pub(crate) async fn run(config: Config, args: DemoArgs) -> anyhow::Result<()> {
    let ctx = wire::prepared(&config).await?;
    let style = "{bar:40} {human_pos}/{human_len} people, {per_sec}, {eta} to go";
    let bar = ProgressBar::new(args.contacts).with_style(ProgressStyle::with_template(style)?);
    let added = demo::fill(&ctx, args.contacts, |progress| bar.set_position(progress.done)).await?;
    bar.finish_and_clear();
    ctx.store.close().await;
    println!("{added} people added; the made-up directory has at least {} now.", args.contacts);
    Ok(())
}
