//! The statements that write contacts with their keys.
#![expect(clippy::too_many_lines, reason = "a statement names each column in a line of its own")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicU8, Ordering};

use omnicontact_domain::contact::{ChannelKey, Contact, ContactKeys};
use omnicontact_ports::StoreError;

use crate::contact_row::ContactRow;
use crate::keys::{KeyChange, sorted};
use crate::search_keys::{SearchColumns, SearchRow};
use crate::transaction::PgTransaction;

/// Rows in one statement.
const ROWS: usize = 5_000;

/// Stores those contacts whose id is not stored yet; how many.
pub(crate) async fn add_many(
    transaction: &mut PgTransaction,
    contacts: &[Contact],
) -> Result<u64, StoreError> {
    let mut seen = HashSet::new();
    let first_of_their_id: Vec<&Contact> =
        contacts.iter().filter(|contact| seen.insert(contact.id.as_str())).collect();
    let mut added = 0;
    for chunk in first_of_their_id.chunks(ROWS) {
        added += add_chunk(transaction, chunk).await?;
    }
    Ok(added)
}

/// One column of many rows.
macro_rules! column {
    ($rows:ident, $name:ident) => {
        $rows.iter().map(|row| row.$name.clone()).collect::<Vec<_>>()
    };
}

/// Stores those contacts, each with an id of its own, whose id is not stored yet; how many.
pub(crate) async fn add_chunk(
    transaction: &mut PgTransaction,
    contacts: &[&Contact],
) -> Result<u64, StoreError> {
    let mut rows = Vec::with_capacity(contacts.len());
    let [mut emails, mut phones] = [const { (Vec::new(), Vec::new()) }; 2];
    let mut verifications = (Vec::new(), Vec::new(), Vec::new());
    let mut channel_owners = Vec::new();
    let mut channel_keys = Vec::new();
    for contact in contacts {
        let row = ContactRow::of(contact)?;
        let owner = &row.contact_id;
        let keys = ContactKeys::of(contact);
        emails.extend(keys.emails.into_iter().map(|key| (owner.clone(), key)));
        phones.extend(keys.phones.into_iter().map(|key| (owner.clone(), key)));
        verifications
            .extend(keys.verifications.into_iter().map(|(field, value)| (owner.clone(), field, value)));
        channel_owners.extend(keys.channels.iter().map(|_| owner.clone()));
        channel_keys.extend(keys.channels);
        rows.push(row);
    }
    let channels = columns(channel_keys);
    let chats: Vec<Option<i64>> = contacts.iter().map(|contact| last_chat_at(contact)).collect();
    let search = SearchColumns::of(contacts);
    let query = sqlx::query!(
        r#"with added as (
            insert into contacts (
                contact_id,
                name,
                emails_json,
                phones_json,
                manager_id,
                unknown,
                conflicting_fields_json,
                custom_fields_json,
                channels_json,
                last_chat_json,
                import_ids_json,
                activity_json,
                pre_registration,
                enabled,
                created_at,
                updated_at,
                version,
                last_chat_at,
                search_version
            )
            select
                new.contact_id,
                new.name,
                new.emails_json,
                new.phones_json,
                new.manager_id,
                new.unknown,
                new.conflicting_fields_json,
                new.custom_fields_json,
                new.channels_json,
                new.last_chat_json,
                new.import_ids_json,
                new.activity_json,
                new.pre_registration,
                new.enabled,
                new.created_at,
                new.updated_at,
                new.version,
                new.last_chat_at,
                new.version
            from unnest(
                $1::text[],
                $2::text[],
                $3::text[],
                $4::text[],
                $5::text[],
                $6::boolean[],
                $7::text[],
                $8::text[],
                $9::text[],
                $10::text[],
                $11::text[],
                $12::text[],
                $13::boolean[],
                $14::boolean[],
                $15::bigint[],
                $16::bigint[],
                $17::bigint[],
                $29::bigint[]
            ) as new (
                contact_id,
                name,
                emails_json,
                phones_json,
                manager_id,
                unknown,
                conflicting_fields_json,
                custom_fields_json,
                channels_json,
                last_chat_json,
                import_ids_json,
                activity_json,
                pre_registration,
                enabled,
                created_at,
                updated_at,
                version,
                last_chat_at
            )
            on conflict (contact_id) do nothing
            returning contact_id
        ), emails as (
            insert into contact_emails (email_key, contact_id)
            select
                new.email_key,
                added.contact_id
            from added
            join unnest($18::text[], $19::text[]) as new (contact_id, email_key) using (contact_id)
            on conflict do nothing
        ), phones as (
            insert into contact_phones (phone_key, contact_id)
            select
                new.phone_key,
                added.contact_id
            from added
            join unnest($20::text[], $21::text[]) as new (contact_id, phone_key) using (contact_id)
            on conflict do nothing
        ), verifications as (
            insert into contact_verifications (field, value, contact_id)
            select
                new.field,
                new.value,
                added.contact_id
            from added
            join unnest($22::text[], $23::text[], $24::text[]) as new (contact_id, field, value)
                using (contact_id)
            on conflict do nothing
        ), channels as (
            insert into contact_channels (visitor_id, source_type, source_id, contact_id)
            select
                new.visitor_id,
                new.source_type,
                new.source_id,
                added.contact_id
            from added
            join unnest($25::text[], $26::text[], $27::text[], $28::text[])
                as new (contact_id, visitor_id, source_type, source_id)
                using (contact_id)
            on conflict do nothing
        ), searched as (
            insert into contact_search (contact_id, unknown, name_key, search_text, long_text, search_keys)
            select
                added.contact_id,
                new.unknown,
                new.name_key,
                new.search_text,
                new.long_text,
                new.search_keys::smallint[]
            from added
            join unnest($30::text[], $31::boolean[], $32::text[], $33::text[], $34::text[], $35::text[])
                as new (contact_id, unknown, name_key, search_text, long_text, search_keys)
                using (contact_id)
            on conflict do nothing
            returning unknown
        ), counted as (
            update contact_counters
            set
                known = contact_counters.known + come.known,
                unknown = contact_counters.unknown + come.unknown,
                changes = changes + 1
            from (
                select
                    count(*) filter (where not searched.unknown) as known,
                    count(*) filter (where searched.unknown) as unknown
                from searched
            ) as come
            where slot = coalesce(
                (
                    select free.slot
                    from contact_counters free
                    where free.slot >= $36
                    order by free.slot
                    limit 1
                    for update skip locked
                ),
                $36
            )
                and come.known + come.unknown > 0
        )
        select count(*) as "added!"
        from added"#,
        &column!(rows, contact_id),
        &column!(rows, name) as &[Option<String>],
        &column!(rows, emails_json) as &[Option<String>],
        &column!(rows, phones_json) as &[Option<String>],
        &column!(rows, manager_id) as &[Option<String>],
        &column!(rows, unknown),
        &column!(rows, conflicting_fields_json) as &[Option<String>],
        &column!(rows, custom_fields_json) as &[Option<String>],
        &column!(rows, channels_json),
        &column!(rows, last_chat_json) as &[Option<String>],
        &column!(rows, import_ids_json) as &[Option<String>],
        &column!(rows, activity_json) as &[Option<String>],
        &column!(rows, pre_registration) as &[Option<bool>],
        &column!(rows, enabled),
        &column!(rows, created_at),
        &column!(rows, updated_at),
        &column!(rows, version),
        &emails.0,
        &emails.1,
        &phones.0,
        &phones.1,
        &verifications.0,
        &verifications.1,
        &verifications.2,
        &channel_owners,
        &channels.visitors,
        &channels.source_types,
        &channels.source_ids,
        &chats as &[Option<i64>],
        &search.owners,
        &search.unknown,
        &search.name_keys as &[Option<String>],
        &search.search_texts as &[Option<String>],
        &search.long_texts as &[Option<String>],
        &search.search_keys,
        first_slot(),
    );
    // A plan that is kept knows nothing of thousands of rows and would join them in loops.
    let wire = if contacts.len() == 1 { transaction.wire() } else { transaction.unprepared_wire() };
    let row = query.fetch_one(wire).await.map_err(|error| transaction.fail(error))?;
    Ok(u64::try_from(row.added).unwrap_or_default())
}

/// Overwrites a contact, whose stored state `old` this transaction holds, and brings its keys from those of `old` to what they should be. Whether it stood at the version
/// that it was read at; if not, nothing is written.
pub(crate) async fn overwrite(
    transaction: &mut PgTransaction,
    contact: &Contact,
    old: &Contact,
) -> Result<bool, StoreError> {
    let row = ContactRow::of(contact)?;
    let search = SearchRow::of(contact);
    let goes = search.is_none() && old.enabled;
    let comes = search.is_some() && search != SearchRow::of(old);
    let (old, new) = (ContactKeys::of(old), ContactKeys::of(contact));
    let emails = KeyChange::between(&old.emails, &new.emails);
    let phones = KeyChange::between(&old.phones, &new.phones);
    let verifications = KeyChange::between(&old.verifications, &new.verifications);
    let (fields_gone, values_gone): (Vec<String>, Vec<String>) = verifications.gone.into_iter().unzip();
    let (fields_come, values_come): (Vec<String>, Vec<String>) = verifications.come.into_iter().unzip();
    let channels = KeyChange::between(&old.channels, &new.channels);
    let channels_gone = columns(channels.gone);
    let channels_come = columns(channels.come);
    let query = sqlx::query!(
        r#"with updated as (
            update contacts
            set
                name = $2,
                emails_json = $3,
                phones_json = $4,
                manager_id = $5,
                unknown = $6,
                conflicting_fields_json = $7,
                custom_fields_json = $8,
                channels_json = $9,
                last_chat_json = $10,
                import_ids_json = $11,
                activity_json = $12,
                pre_registration = $13,
                enabled = $14,
                created_at = $15,
                updated_at = $16,
                version = $18,
                last_chat_at = $33,
                search_version = case
                    when search_version = version or $34::boolean or $35::boolean then $18
                    else search_version
                end
            where contact_id = $1
                and version = $17
            returning contact_id
        ), emails_gone as (
            delete from contact_emails
            where email_key = any($19::text[])
                and contact_id = $1
                and exists (select from updated)
        ), emails_come as (
            insert into contact_emails (email_key, contact_id)
            select
                new.email_key,
                updated.contact_id
            from updated
            cross join unnest($20::text[]) as new (email_key)
            on conflict do nothing
        ), phones_gone as (
            delete from contact_phones
            where phone_key = any($21::text[])
                and contact_id = $1
                and exists (select from updated)
        ), phones_come as (
            insert into contact_phones (phone_key, contact_id)
            select
                new.phone_key,
                updated.contact_id
            from updated
            cross join unnest($22::text[]) as new (phone_key)
            on conflict do nothing
        ), verifications_gone as (
            delete from contact_verifications
            where field = any($23::text[])
                and value = any($24::text[])
                and contact_id = $1
                and (field, value) in (
                    select
                        gone.field,
                        gone.value
                    from unnest($23::text[], $24::text[]) as gone (field, value)
                )
                and exists (select from updated)
        ), verifications_come as (
            insert into contact_verifications (field, value, contact_id)
            select
                new.field,
                new.value,
                updated.contact_id
            from updated
            cross join unnest($25::text[], $26::text[]) as new (field, value)
            on conflict do nothing
        ), channels_gone as (
            delete from contact_channels
            where visitor_id = any($27::text[])
                and contact_id = $1
                and (visitor_id, source_type, source_id) in (
                    select
                        gone.visitor_id,
                        gone.source_type,
                        gone.source_id
                    from unnest($27::text[], $28::text[], $29::text[])
                        as gone (visitor_id, source_type, source_id)
                )
                and exists (select from updated)
        ), channels_come as (
            insert into contact_channels (visitor_id, source_type, source_id, contact_id)
            select
                new.visitor_id,
                new.source_type,
                new.source_id,
                updated.contact_id
            from updated
            cross join unnest($30::text[], $31::text[], $32::text[])
                as new (visitor_id, source_type, source_id)
            on conflict do nothing
        ), search_gone as (
            delete from contact_search
            where contact_id = $1
                and $34::boolean
                and exists (select from updated)
        ), search_come as (
            insert into contact_search (contact_id, unknown, name_key, search_text, long_text, search_keys)
            select
                updated.contact_id,
                $6,
                $36::text,
                $37::text,
                $38::text,
                $39::smallint[]
            from updated
            where $35::boolean
            on conflict (contact_id) do update set
                unknown = excluded.unknown,
                name_key = excluded.name_key,
                search_text = excluded.search_text,
                long_text = excluded.long_text,
                search_keys = excluded.search_keys
        ), counted as (
            update contact_counters
            set
                known = known + $40 - (
                    select count(*)
                    from contact_search s
                    where s.contact_id = $1
                        and not s.unknown
                ),
                unknown = contact_counters.unknown + $41 - (
                    select count(*)
                    from contact_search s
                    where s.contact_id = $1
                        and s.unknown
                ),
                changes = changes + 1
            where slot = coalesce(
                (
                    select free.slot
                    from contact_counters free
                    where free.slot >= $42
                        and ($34::boolean or $35::boolean)
                    order by free.slot
                    limit 1
                    for update skip locked
                ),
                $42
            )
                and ($34::boolean or $35::boolean)
                and exists (select from updated)
        )
        select exists (select from updated) as "updated!""#,
        row.contact_id,
        row.name.as_deref(),
        row.emails_json.as_deref(),
        row.phones_json.as_deref(),
        row.manager_id.as_deref(),
        row.unknown,
        row.conflicting_fields_json.as_deref(),
        row.custom_fields_json.as_deref(),
        row.channels_json,
        row.last_chat_json.as_deref(),
        row.import_ids_json.as_deref(),
        row.activity_json.as_deref(),
        row.pre_registration,
        row.enabled,
        row.created_at,
        row.updated_at,
        row.version,
        contact.version.next().number(),
        &emails.gone,
        &emails.come,
        &phones.gone,
        &phones.come,
        &fields_gone,
        &values_gone,
        &fields_come,
        &values_come,
        &channels_gone.visitors,
        &channels_gone.source_types,
        &channels_gone.source_ids,
        &channels_come.visitors,
        &channels_come.source_types,
        &channels_come.source_ids,
        last_chat_at(contact),
        goes,
        comes,
        search.as_ref().and_then(|search| search.name_key.as_deref()),
        search.as_ref().and_then(|search| search.search_text.as_deref()),
        search.as_ref().and_then(|search| search.long_text.as_deref()),
        search.as_ref().map_or(&[][..], |search| &search.search_keys),
        i64::from(search.as_ref().is_some_and(|search| !search.unknown)),
        i64::from(search.as_ref().is_some_and(|search| search.unknown)),
        first_slot(),
    );
    Ok(transaction.one(query).await?.updated)
}

/// Removes a contact that this transaction holds, with everything that finds it.
pub(crate) async fn remove(transaction: &mut PgTransaction, held: &Contact) -> Result<(), StoreError> {
    let keys = ContactKeys::of(held);
    let (fields, values): (Vec<String>, Vec<String>) = keys.verifications.into_iter().unzip();
    let visitors: Vec<String> = keys.channels.into_iter().map(|(visitor, _, _)| visitor).collect();
    let query = sqlx::query!(
        "with removed as (
            delete from contacts
            where contact_id = $1
        ), emails_gone as (
            delete from contact_emails
            where email_key = any($2::text[])
                and contact_id = $1
        ), phones_gone as (
            delete from contact_phones
            where phone_key = any($3::text[])
                and contact_id = $1
        ), verifications_gone as (
            delete from contact_verifications
            where field = any($4::text[])
                and value = any($5::text[])
                and contact_id = $1
        ), channels_gone as (
            delete from contact_channels
            where visitor_id = any($6::text[])
                and contact_id = $1
        ), search_gone as (
            delete from contact_search
            where contact_id = $1
        )
        update contact_counters
        set
            known = known - (
                select count(*)
                from contact_search s
                where s.contact_id = $1
                    and not s.unknown
            ),
            unknown = contact_counters.unknown - (
                select count(*)
                from contact_search s
                where s.contact_id = $1
                    and s.unknown
            ),
            changes = changes + 1
        where slot = coalesce(
            (
                select free.slot
                from contact_counters free
                where free.slot >= $7
                order by free.slot
                limit 1
                for update skip locked
            ),
            $7
        )",
        held.id.as_str(),
        &sorted(&keys.emails),
        &sorted(&keys.phones),
        &fields,
        &values,
        &visitors,
        first_slot(),
    );
    transaction.execute(query).await?;
    Ok(())
}

/// When the contact last had a conversation, to be ordered by.
pub(crate) fn last_chat_at(contact: &Contact) -> Option<i64> {
    contact.last_chat.as_ref().map(|chat| chat.ts.as_millis())
}

/// Where to look for a slot of `contact_counters` that nobody holds: each time somewhere else, with at least
/// half of them behind it.
pub(crate) fn first_slot() -> i32 {
    static NEXT: AtomicU8 = AtomicU8::new(0);
    i32::from(NEXT.fetch_add(1, Ordering::Relaxed) % 32)
}

/// Channel keys as the columns of an `unnest`.
struct ChannelColumns {
    visitors: Vec<String>,
    source_types: Vec<String>,
    source_ids: Vec<String>,
}

fn columns(keys: Vec<ChannelKey>) -> ChannelColumns {
    let (visitors, source_types, source_ids) = keys.into_iter().collect();
    ChannelColumns { visitors, source_types, source_ids }
}
