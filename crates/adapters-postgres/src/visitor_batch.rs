//! Many visitors at once: one statement for thousands of rows.
#![expect(clippy::too_many_lines, reason = "a statement names each column in a line of its own")]

use std::collections::HashSet;

use omnicontact_domain::visitor::{Visitor, VisitorKeys};
use omnicontact_ports::{Constraint, StoreError};

use crate::contact_writes::first_slot;
use crate::transaction::PgTransaction;
use crate::visitor_row::VisitorRow;
use crate::visitor_search::VisitorColumns;

/// Rows in one statement.
const ROWS: usize = 5_000;

/// Stores those visitors whose id is not stored yet; how many.
pub(crate) async fn add_many(
    transaction: &mut PgTransaction,
    visitors: &[Visitor],
) -> Result<u64, StoreError> {
    transaction.script("savepoint many_visitors").await?;
    let mut seen = HashSet::new();
    let first_of_their_id: Vec<&Visitor> =
        visitors.iter().filter(|visitor| seen.insert(visitor.id.as_str())).collect();
    let mut added = 0;
    for chunk in first_of_their_id.chunks(ROWS) {
        let outcome = add_chunk(transaction, chunk).await?;
        if outcome.claimed < outcome.tokens {
            transaction.script("rollback to savepoint many_visitors").await?;
            return Err(StoreError::Conflict(Constraint::VisitorToken));
        }
        added += u64::try_from(outcome.added).unwrap_or_default();
    }
    transaction.script("release savepoint many_visitors").await?;
    Ok(added)
}

/// How many rows there are in the tables after one chunk: visitors, tokens that they should have, tokens that
/// they got.
struct Outcome {
    added: i64,
    tokens: i64,
    claimed: i64,
}

/// Keys of many visitors: the owner's id beside each.
#[derive(Default)]
struct Owned {
    owners: Vec<String>,
    keys: Vec<String>,
}

impl Owned {
    fn extend<'a>(&mut self, owner: &Visitor, keys: impl IntoIterator<Item = &'a String>) {
        for key in keys {
            self.owners.push(owner.id.as_str().to_owned());
            self.keys.push(key.clone());
        }
    }
}

/// One column of many rows.
macro_rules! column {
    ($rows:ident, $name:ident) => {
        $rows.iter().map(|row| row.$name.clone()).collect::<Vec<_>>()
    };
}

async fn add_chunk(transaction: &mut PgTransaction, visitors: &[&Visitor]) -> Result<Outcome, StoreError> {
    let mut rows = Vec::with_capacity(visitors.len());
    let [mut emails, mut phones, mut managers, mut fields] =
        [const { Owned { owners: vec![], keys: vec![] } }; 4];
    let mut texts = Vec::new();
    for visitor in visitors {
        rows.push(VisitorRow::of(visitor)?);
        let keys = VisitorKeys::of(visitor);
        emails.extend(visitor, &keys.emails);
        phones.extend(visitor, &keys.phones);
        managers.extend(visitor, &keys.manager);
        fields.extend(visitor, keys.values.keys());
        texts.extend(keys.values.values().cloned());
    }
    let search = VisitorColumns::of(visitors);
    let query = sqlx::query_as!(
        Outcome,
        r#"with added as (
            insert into visitors (
                visitor_id,
                username,
                ts,
                token,
                name,
                phones_json,
                emails_json,
                department,
                livechat_data_json,
                manager_json,
                last_chat_json,
                last_agent_json,
                status,
                activity_json,
                user_agent,
                ip,
                host,
                external_ids_json,
                disabled,
                updated_at,
                version,
                search_version
            )
            select
                new.visitor_id,
                new.username,
                new.ts,
                new.token,
                new.name,
                new.phones_json,
                new.emails_json,
                new.department,
                new.livechat_data_json,
                new.manager_json,
                new.last_chat_json,
                new.last_agent_json,
                new.status,
                new.activity_json,
                new.user_agent,
                new.ip,
                new.host,
                new.external_ids_json,
                new.disabled,
                new.updated_at,
                new.version,
                new.version
            from unnest(
                $1::text[],
                $2::text[],
                $3::bigint[],
                $4::text[],
                $5::text[],
                $6::text[],
                $7::text[],
                $8::text[],
                $9::text[],
                $10::text[],
                $11::text[],
                $12::text[],
                $13::text[],
                $14::text[],
                $15::text[],
                $16::text[],
                $17::text[],
                $18::text[],
                $19::boolean[],
                $20::bigint[],
                $21::bigint[]
            ) as new (
                visitor_id,
                username,
                ts,
                token,
                name,
                phones_json,
                emails_json,
                department,
                livechat_data_json,
                manager_json,
                last_chat_json,
                last_agent_json,
                status,
                activity_json,
                user_agent,
                ip,
                host,
                external_ids_json,
                disabled,
                updated_at,
                version
            )
            on conflict (visitor_id) do nothing
            returning
                visitor_id,
                token
        ), claimed as (
            insert into visitor_tokens (token, visitor_id)
            select
                token,
                visitor_id
            from added
            where token is not null
            on conflict (token) do nothing
            returning token
        ), emails as (
            insert into visitor_emails (address, visitor_id)
            select
                new.address,
                added.visitor_id
            from added
            join unnest($22::text[], $23::text[]) as new (visitor_id, address) using (visitor_id)
            on conflict do nothing
        ), phones as (
            insert into visitor_phones (phone_number, visitor_id)
            select
                new.phone_number,
                added.visitor_id
            from added
            join unnest($24::text[], $25::text[]) as new (visitor_id, phone_number) using (visitor_id)
            on conflict do nothing
        ), managers as (
            insert into visitor_managers (username, visitor_id)
            select
                new.username,
                added.visitor_id
            from added
            join unnest($26::text[], $27::text[]) as new (visitor_id, username) using (visitor_id)
            on conflict do nothing
        ), texts as (
            insert into visitor_values (field_id, visitor_id, folded)
            select
                new.field_id,
                added.visitor_id,
                new.folded
            from added
            join unnest($28::text[], $29::text[], $30::text[]) as new (visitor_id, field_id, folded)
                using (visitor_id)
            on conflict do nothing
        ), searched as (
            insert into visitor_search (visitor_id, seen_at, name_key, search_text, value_text, search_keys)
            select
                added.visitor_id,
                new.seen_at,
                new.name_key,
                new.search_text,
                new.value_text,
                new.search_keys::smallint[]
            from added
            join unnest($31::text[], $32::bigint[], $33::text[], $34::text[], $35::text[], $36::text[])
                as new (visitor_id, seen_at, name_key, search_text, value_text, search_keys) using (visitor_id)
            on conflict do nothing
            returning visitor_id
        ), counted as (
            update visitor_counters
            set visitors = visitors + (
                select count(*)
                from searched
            )
            where slot = coalesce(
                (
                    select free.slot
                    from visitor_counters free
                    where free.slot >= $37
                    order by free.slot
                    limit 1
                    for update skip locked
                ),
                $37
            )
                and exists (select from searched)
        )
        select
            (select count(*) from added) as "added!",
            (select count(token) from added) as "tokens!",
            (select count(*) from claimed) as "claimed!""#,
        &column!(rows, visitor_id),
        &column!(rows, username) as &[Option<String>],
        &column!(rows, ts) as &[Option<i64>],
        &column!(rows, token) as &[Option<String>],
        &column!(rows, name) as &[Option<String>],
        &column!(rows, phones_json) as &[Option<String>],
        &column!(rows, emails_json) as &[Option<String>],
        &column!(rows, department) as &[Option<String>],
        &column!(rows, livechat_data_json) as &[Option<String>],
        &column!(rows, manager_json) as &[Option<String>],
        &column!(rows, last_chat_json) as &[Option<String>],
        &column!(rows, last_agent_json) as &[Option<String>],
        &column!(rows, status) as &[Option<String>],
        &column!(rows, activity_json) as &[Option<String>],
        &column!(rows, user_agent) as &[Option<String>],
        &column!(rows, ip) as &[Option<String>],
        &column!(rows, host) as &[Option<String>],
        &column!(rows, external_ids_json) as &[Option<String>],
        &column!(rows, disabled),
        &column!(rows, updated_at),
        &column!(rows, version),
        &emails.owners,
        &emails.keys,
        &phones.owners,
        &phones.keys,
        &managers.owners,
        &managers.keys,
        &fields.owners,
        &fields.keys,
        &texts,
        &search.owners,
        &search.seen_at,
        &search.name_keys as &[Option<String>],
        &search.search_texts,
        &search.value_texts,
        &search.search_keys,
        first_slot(),
    );
    // A plan that is kept knows nothing of thousands of rows and would join them in loops.
    let outcome = query.fetch_one(transaction.unprepared_wire()).await;
    outcome.map_err(|error| transaction.fail(error))
}
