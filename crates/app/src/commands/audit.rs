//! `omnicontact audit`: who changed what.

mod line;
mod moment;

use omnicontact_adapters_system::SystemClock;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::Clock as _;
use omnicontact_usecases::operator::{self, AUTHOR_KINDS, TrailQuery};

use self::line::{HEADER, json, row};
use crate::cli::AuditArgs;
use crate::config::Config;
use crate::wire;

pub(crate) async fn run(config: Config, args: AuditArgs) -> anyhow::Result<()> {
    let as_json = args.json;
    let query = query(args, SystemClock.now())?;
    let ctx = wire::prepared(&config).await?;
    let (entries, total) = operator::read_trail(&ctx, &query).await?;
    ctx.store.close().await;
    if as_json {
        for entry in &entries {
            println!("{}", json(entry));
        }
        return Ok(());
    }
    println!("{HEADER}");
    for entry in &entries {
        println!("{}", row(entry));
    }
    if u64::try_from(entries.len()).unwrap_or(u64::MAX) < total {
        println!("These are the newest {} of {total} changes; --limit shows more.", entries.len());
    }
    Ok(())
}

fn query(args: AuditArgs, now: Timestamp) -> anyhow::Result<TrailQuery> {
    let (author_kind, author) = match args.author {
        Some(kind) if AUTHOR_KINDS.contains(&kind.as_str()) => (Some(kind), None),
        author => (None, author),
    };
    Ok(TrailQuery {
        kind: args.subject.map(Into::into),
        id: args.id,
        user: args.user,
        author_kind,
        author,
        from: args.since.as_deref().map(|text| moment::first("--since", text, now)).transpose()?,
        until: args.until.as_deref().map(|text| moment::last("--until", text, now)).transpose()?,
        limit: args.limit,
    })
}
