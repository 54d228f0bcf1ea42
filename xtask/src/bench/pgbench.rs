//! What PostgreSQL itself can do: the work of a request as statements, sent by its own `pgbench`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::ratios::Sample;
use super::usage;
use crate::postgres::KeptCluster;
use crate::process;

/// Connections: as many as the server opens by default.
pub(super) const CLIENTS: &str = "8";

/// Scripts that take turns at random.
pub(super) struct Scripts(Vec<PathBuf>);

impl Scripts {
    /// Writes the scripts into a folder.
    pub(super) fn write(folder: &Path, name: &str, texts: &[String]) -> Result<Self> {
        let mut files = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let file = folder.join(format!("{name}-{number}.sql"));
            std::fs::write(&file, text).with_context(|| file.display().to_string())?;
            files.push(file);
        }
        Ok(Self(files))
    }

    /// Runs them with prepared statements, whose plans are kept as the server's own connections keep them.
    pub(super) fn run(&self, cluster: &KeptCluster, seconds: u64, seed: usize) -> Result<Sample> {
        let mut command = std::process::Command::new(cluster.program("pgbench"));
        command.args(["-n", "-M", "prepared", "-c", CLIENTS, "-j", "2", "-T", &seconds.to_string()]);
        command.arg(format!("--random-seed={seed}"));
        for file in &self.0 {
            command.arg("-f").arg(file);
        }
        command.arg(cluster.url()).env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan");
        let used = usage::seconds_of_children();
        let begin = Instant::now();
        let said = process::read(&mut command)?;
        let elapsed = begin.elapsed().as_secs_f64();
        let used = used.zip(usage::seconds_of_children()).map(|(before, after)| after - before);
        sample(&said, used.map(|used| used / elapsed))
    }
}

/// The rate in what pgbench printed. It measures no percentiles unless it logs every transaction.
fn sample(said: &str, generator: Option<f64>) -> Result<Sample> {
    let failed = said.lines().find_map(|line| line.strip_prefix("number of failed transactions: "));
    ensure!(failed.is_none_or(|failed| failed.starts_with("0 ")), "transactions failed: {said}");
    // Before version 14 there are two, the second without the time that connecting takes.
    let rate = said.lines().filter_map(|line| line.strip_prefix("tps = ")).next_back();
    let rate = rate.and_then(|rest| rest.split(' ').next()?.parse().ok());
    Ok(Sample {
        rate: rate.with_context(|| format!("no rate in {said:?}"))?,
        p50: None,
        p99: None,
        generator,
    })
}

/// One query that answers a whole request: whose the token is, whether a role of that user holds the permission, and
/// the visitor. `pgbench` draws numbers, not ids: ids of made-up people begin with the second they were first seen
/// in, one every 47 seconds, so the first id from a drawn second on is that of a person drawn uniformly.
pub(super) fn hot_query(hashed_token: &str, contacts: u64) -> String {
    let last = BEGINNING + STEP * contacts.saturating_sub(1);
    let text = "select
    u.username as username_of_caller,
    exists (
        select from user_roles r
        join permission_roles g on g.role_id = r.role_id
        where r.user_id = u.user_id and g.permission_id = 'view-l-room'
    ) as allowed,
    v.visitor_id, v.username, v.ts, v.token, v.name, v.phones_json, v.emails_json, v.department,
    v.livechat_data_json, v.manager_json, v.last_chat_json, v.last_agent_json, v.status, v.activity_json,
    v.user_agent, v.ip, v.host, v.external_ids_json, v.disabled, v.updated_at, v.version
from login_tokens t
join users u on u.user_id = t.user_id
cross join lateral (
    select * from visitors held
    where held.visitor_id >= to_hex(:second::bigint)
    order by held.visitor_id
    limit 1
) v
where t.hashed_token = 'HASHED' and u.active;
";
    format!("\\set second random({BEGINNING}, {last})\n{}", text.replace("HASHED", hashed_token))
}

/// The statements of one registration (`POST omnichannel/contact`) in their order, the question who asks included,
/// with as many rows and keys written in one transaction.
pub(super) fn registration(hashed_token: &str) -> String {
    include_str!("registration.sql").replace("HASHED", hashed_token).replace("LABEL", super::samples::LABEL)
}

/// When the first made-up person was first seen, and how many seconds lie between two.
pub(super) const BEGINNING: u64 = 1_704_067_200;
const STEP: u64 = 47;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_last_one_that_pgbench_tells() {
        let said = "latency average = 0.3 ms\nnumber of failed transactions: 0 (0.000%)\ntps = 24700.5 (without initial connection time)";
        assert_eq!(sample(said, None).map(|sample| sample.rate).ok(), Some(24_700.5));
        let old = "tps = 90.0 (including connections establishing)\ntps = 95.0 (excluding connections establishing)";
        assert_eq!(sample(old, None).map(|sample| sample.rate).ok(), Some(95.0));
        assert!(sample("", None).is_err());
    }

    #[test]
    fn failed_transactions_are_no_rate() {
        assert!(sample("number of failed transactions: 3 (0.1%)\ntps = 9.0 (x)", None).is_err());
    }

    #[test]
    fn a_registration_is_one_transaction_of_somebody_who_can_be_removed() {
        let script = registration("abc=");
        assert!(script.contains("hashed_token = 'abc='") && !script.contains("LABEL"), "{script}");
        assert_eq!(script.matches("begin isolation level read committed;").count(), 1);
        assert_eq!(script.matches("\ncommit;").count(), 1);
        assert_eq!(script.matches("'bench-").count(), 4);
    }

    #[test]
    fn the_query_draws_from_all_people() {
        let script = hot_query("abc=", 3);
        assert!(script.starts_with("\\set second random(1704067200, 1704067294)\n"), "{script}");
        assert!(script.contains("hashed_token = 'abc='"));
    }
}
