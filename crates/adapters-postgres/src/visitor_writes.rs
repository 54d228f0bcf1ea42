//! The statements that write one visitor with its keys.
#![expect(clippy::too_many_lines, reason = "a statement names each column in a line of its own")]

use omnicontact_domain::visitor::{VisitorKeys, VisitorTexts};
use omnicontact_ports::StoreError;

use crate::contact_writes::first_slot;
use crate::keys::{KeyChange, sorted};
use crate::search_keys::all_keys;
use crate::transaction::PgTransaction;
use crate::visitor_row::VisitorRow;

/// The texts that a visitor is found by: whether they change, and to what. None are left of an erased visitor.
pub(crate) struct TextChange {
    is_needed: bool,
    new: Option<VisitorTexts>,
    keys: Vec<i16>,
}

impl TextChange {
    pub(crate) fn between(old: Option<&VisitorTexts>, new: Option<VisitorTexts>) -> Self {
        let is_needed = old != new.as_ref();
        let indexed = new.as_ref().filter(|_| is_needed).map(VisitorTexts::indexed);
        Self { is_needed, new, keys: indexed.map(|text| all_keys(text.as_str())).unwrap_or_default() }
    }
}

/// What became of a new visitor.
pub(crate) struct Insertion {
    /// The id was stored already.
    pub(crate) known: bool,
    /// The token is now the visitor's.
    pub(crate) claimed: bool,
    /// The visitor is stored.
    pub(crate) stored: bool,
}

/// What became of an overwritten visitor.
pub(crate) struct Overwriting {
    /// The visitor stood at the version that was read.
    pub(crate) current: bool,
    /// It is overwritten.
    pub(crate) written: bool,
}

pub(crate) async fn release_token(
    transaction: &mut PgTransaction,
    token: &str,
    visitor_id: &str,
) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "delete from visitor_tokens
        where token = $1
            and visitor_id = $2",
        token,
        visitor_id
    );
    transaction.execute(query).await?;
    Ok(())
}

/// One statement: the token decides first, then the id, then follow the other keys.
pub(crate) async fn insert(
    transaction: &mut PgTransaction,
    row: &VisitorRow,
    keys: &VisitorKeys,
    texts: Option<VisitorTexts>,
) -> Result<Insertion, StoreError> {
    let TextChange { new: texts, keys: search_keys, .. } = TextChange::between(None, texts);
    let query = sqlx::query_as!(
        Insertion,
        r#"with known as (
            select visitor_id
            from visitors
            where visitor_id = $1
        ), claimed as (
            insert into visitor_tokens (token, visitor_id)
            select
                $4::text,
                $1
            where $4::text is not null
                and not exists (select from known)
            on conflict (token) do nothing
            returning token
        ), added as (
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
                $1,
                $2::text,
                $3::bigint,
                $4::text,
                $5::text,
                $6::text,
                $7::text,
                $8::text,
                $9::text,
                $10::text,
                $11::text,
                $12::text,
                $13::text,
                $14::text,
                $15::text,
                $16::text,
                $17::text,
                $18::text,
                $19::boolean,
                $20::bigint,
                $21::bigint,
                $21::bigint
            where not exists (select from known)
                and ($4::text is null or exists (select from claimed))
            on conflict (visitor_id) do nothing
            returning visitor_id
        ), emails as (
            insert into visitor_emails (address, visitor_id)
            select
                new.address,
                added.visitor_id
            from added
            cross join unnest($22::text[]) as new (address)
            on conflict do nothing
        ), phones as (
            insert into visitor_phones (phone_number, visitor_id)
            select
                new.phone_number,
                added.visitor_id
            from added
            cross join unnest($23::text[]) as new (phone_number)
            on conflict do nothing
        ), managers as (
            insert into visitor_managers (username, visitor_id)
            select
                new.username,
                added.visitor_id
            from added
            cross join unnest($24::text[]) as new (username)
            on conflict do nothing
        ), texts as (
            insert into visitor_values (field_id, visitor_id, folded)
            select
                new.field_id,
                added.visitor_id,
                new.folded
            from added
            cross join unnest($25::text[], $26::text[]) as new (field_id, folded)
            on conflict do nothing
        ), searched as (
            insert into visitor_search (visitor_id, seen_at, name_key, search_text, value_text, search_keys)
            select
                added.visitor_id,
                $27::bigint,
                $28::text,
                $29::text,
                $30::text,
                $31::smallint[]
            from added
            where $27::bigint is not null
            on conflict do nothing
            returning visitor_id
        ), counted as (
            update visitor_counters
            set visitors = visitors + 1
            where slot = coalesce(
                (
                    select free.slot
                    from visitor_counters free
                    where free.slot >= $32
                    order by free.slot
                    limit 1
                    for update skip locked
                ),
                $32
            )
                and exists (select from searched)
        )
        select
            exists (select from known) as "known!",
            exists (select from claimed) as "claimed!",
            exists (select from added) as "stored!""#,
        row.visitor_id,
        row.username.as_deref(),
        row.ts,
        row.token.as_deref(),
        row.name.as_deref(),
        row.phones_json.as_deref(),
        row.emails_json.as_deref(),
        row.department.as_deref(),
        row.livechat_data_json.as_deref(),
        row.manager_json.as_deref(),
        row.last_chat_json.as_deref(),
        row.last_agent_json.as_deref(),
        row.status.as_deref(),
        row.activity_json.as_deref(),
        row.user_agent.as_deref(),
        row.ip.as_deref(),
        row.host.as_deref(),
        row.external_ids_json.as_deref(),
        row.disabled,
        row.updated_at,
        row.version,
        &sorted(&keys.emails),
        &sorted(&keys.phones),
        keys.manager.as_slice(),
        &keys.values.keys().cloned().collect::<Vec<_>>(),
        &keys.values.values().cloned().collect::<Vec<_>>(),
        texts.as_ref().map(|texts| texts.seen_at),
        texts.as_ref().and_then(|texts| texts.name_key.as_deref()),
        texts.as_ref().map(|texts| texts.names.as_str()).unwrap_or_default(),
        texts.as_ref().map(|texts| texts.values.as_str()).unwrap_or_default(),
        &search_keys,
        first_slot(),
    );
    transaction.one(query).await
}

/// One statement: the row is locked at the version that was read, then a new token decides, then the row
/// is written, then its keys. Where one step finds nothing, the later ones do nothing.
pub(crate) async fn overwrite(
    transaction: &mut PgTransaction,
    row: &VisitorRow,
    next_version: i64,
    old: &VisitorKeys,
    new: &VisitorKeys,
    texts: TextChange,
) -> Result<Overwriting, StoreError> {
    let TextChange { is_needed: texts_change, new: texts, keys: search_keys } = texts;
    let token_changes = old.token != new.token;
    let claimed_token = new.token.as_deref().filter(|_| token_changes);
    let released_token = old.token.as_deref().filter(|_| token_changes);
    let emails = KeyChange::between(&old.emails, &new.emails);
    let phones = KeyChange::between(&old.phones, &new.phones);
    let managers =
        KeyChange::between(&old.manager.iter().cloned().collect(), &new.manager.iter().cloned().collect());
    let fields_gone: Vec<String> =
        old.values.keys().filter(|field| !new.values.contains_key(*field)).cloned().collect();
    let (fields_come, texts_come): (Vec<String>, Vec<String>) = new
        .values
        .iter()
        .filter(|(field, text)| old.values.get(*field) != Some(text))
        .map(|(field, text)| (field.clone(), text.clone()))
        .unzip();
    let query = sqlx::query_as!(
        Overwriting,
        r#"with current as (
            select visitor_id
            from visitors
            where visitor_id = $1
                and version = $21
            for update
        ), claimed as (
            insert into visitor_tokens (token, visitor_id)
            select
                $23::text,
                current.visitor_id
            from current
            where $23::text is not null
            on conflict (token) do nothing
            returning token
        ), updated as (
            update visitors
            set
                username = $2,
                ts = $3,
                token = $4,
                name = $5,
                phones_json = $6,
                emails_json = $7,
                department = $8,
                livechat_data_json = $9,
                manager_json = $10,
                last_chat_json = $11,
                last_agent_json = $12,
                status = $13,
                activity_json = $14,
                user_agent = $15,
                ip = $16,
                host = $17,
                external_ids_json = $18,
                disabled = $19,
                updated_at = $20,
                version = $22,
                search_version = case when $34 or search_version = version then $22 else search_version end
            where visitor_id = $1
                and version = $21
                and exists (select from current)
                and ($23::text is null or exists (select from claimed))
            returning visitor_id
        ), tokens_gone as (
            delete from visitor_tokens
            where token = $24::text
                and visitor_id = $1
                and exists (select from updated)
        ), emails_gone as (
            delete from visitor_emails
            where address = any($25::text[])
                and visitor_id = $1
                and exists (select from updated)
        ), emails_come as (
            insert into visitor_emails (address, visitor_id)
            select
                new.address,
                updated.visitor_id
            from updated
            cross join unnest($26::text[]) as new (address)
            on conflict do nothing
        ), phones_gone as (
            delete from visitor_phones
            where phone_number = any($27::text[])
                and visitor_id = $1
                and exists (select from updated)
        ), phones_come as (
            insert into visitor_phones (phone_number, visitor_id)
            select
                new.phone_number,
                updated.visitor_id
            from updated
            cross join unnest($28::text[]) as new (phone_number)
            on conflict do nothing
        ), managers_gone as (
            delete from visitor_managers
            where username = any($29::text[])
                and visitor_id = $1
                and exists (select from updated)
        ), managers_come as (
            insert into visitor_managers (username, visitor_id)
            select
                new.username,
                updated.visitor_id
            from updated
            cross join unnest($30::text[]) as new (username)
            on conflict do nothing
        ), values_gone as (
            delete from visitor_values
            where field_id = any($31::text[])
                and visitor_id = $1
                and exists (select from updated)
        ), values_come as (
            insert into visitor_values (field_id, visitor_id, folded)
            select
                new.field_id,
                updated.visitor_id,
                new.folded
            from updated
            cross join unnest($32::text[], $33::text[]) as new (field_id, folded)
            on conflict (field_id, visitor_id) do update
            set folded = excluded.folded
        ), search_gone as (
            delete from visitor_search
            where visitor_id = $1
                and $34::boolean
                and $35::bigint is null
                and exists (select from updated)
        ), search_come as (
            insert into visitor_search (visitor_id, seen_at, name_key, search_text, value_text, search_keys)
            select
                updated.visitor_id,
                $35::bigint,
                $36::text,
                $37::text,
                $38::text,
                $39::smallint[]
            from updated
            where $34::boolean
                and $35::bigint is not null
            on conflict (visitor_id) do update
            set
                seen_at = excluded.seen_at,
                name_key = excluded.name_key,
                search_text = excluded.search_text,
                value_text = excluded.value_text,
                search_keys = excluded.search_keys
        ), counted as (
            update visitor_counters
            set visitors = visitors
                + case when $35::bigint is null then 0 else 1 end
                - (
                    select count(*)
                    from visitor_search s
                    where s.visitor_id = $1
                )
            where slot = coalesce(
                (
                    select free.slot
                    from visitor_counters free
                    where free.slot >= $40
                        and $34::boolean
                    order by free.slot
                    limit 1
                    for update skip locked
                ),
                $40
            )
                and $34::boolean
                and exists (select from updated)
        )
        select
            exists (select from current) as "current!",
            exists (select from updated) as "written!""#,
        row.visitor_id,
        row.username.as_deref(),
        row.ts,
        row.token.as_deref(),
        row.name.as_deref(),
        row.phones_json.as_deref(),
        row.emails_json.as_deref(),
        row.department.as_deref(),
        row.livechat_data_json.as_deref(),
        row.manager_json.as_deref(),
        row.last_chat_json.as_deref(),
        row.last_agent_json.as_deref(),
        row.status.as_deref(),
        row.activity_json.as_deref(),
        row.user_agent.as_deref(),
        row.ip.as_deref(),
        row.host.as_deref(),
        row.external_ids_json.as_deref(),
        row.disabled,
        row.updated_at,
        row.version,
        next_version,
        claimed_token,
        released_token,
        &emails.gone,
        &emails.come,
        &phones.gone,
        &phones.come,
        &managers.gone,
        &managers.come,
        &fields_gone,
        &fields_come,
        &texts_come,
        texts_change,
        texts.as_ref().map(|texts| texts.seen_at),
        texts.as_ref().and_then(|texts| texts.name_key.as_deref()),
        texts.as_ref().map(|texts| texts.names.as_str()).unwrap_or_default(),
        texts.as_ref().map(|texts| texts.values.as_str()).unwrap_or_default(),
        &search_keys,
        first_slot(),
    );
    transaction.one(query).await
}

/// Visitors first, then their keys, as whoever overwrites a visitor does: nobody waits in a circle.
pub(crate) async fn release_manager(
    transaction: &mut PgTransaction,
    username: &str,
    now: i64,
) -> Result<u64, StoreError> {
    let query = sqlx::query!(
        "select visitor_id
        from visitors
        where visitor_id = any(array(select k.visitor_id from visitor_managers k where k.username = $1))
        order by visitor_id
        for update",
        username
    );
    let held = transaction.all(query).await?;
    let held: Vec<String> = held.into_iter().map(|row| row.visitor_id).collect();
    // Whoever got another manager while this transaction waited has lost the key, and is left alone.
    let query = sqlx::query!(
        "with released as (
            delete from visitor_managers
            where username = $1
                and visitor_id = any($2::text[])
            returning visitor_id
        )
        update visitors
        set
            manager_json = null,
            updated_at = $3,
            version = visitors.version + 1,
            search_version = case
                when visitors.search_version = visitors.version then visitors.version + 1
                else visitors.search_version
            end
        from released
        where visitors.visitor_id = released.visitor_id",
        username,
        &held,
        now
    );
    transaction.execute(query).await
}
