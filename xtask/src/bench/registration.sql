\set number random(1, 9000000000000000)
select t.user_id, u.username, t.created_at, t.name,
    array(select r.role_id from user_roles r where r.user_id = t.user_id order by r.position) as roles,
    array(select g.role_id from permission_roles g where g.permission_id = 'view-l-room' order by g.position) as granted
from login_tokens t
join users u on u.user_id = t.user_id
where t.hashed_token = 'HASHED';
begin isolation level read committed;
select field_id, label, scope, visibility, other_json, updated_at, version
from custom_fields
order by position, field_id;
select pg_advisory_xact_lock(lock_number)
from unnest(array[:number::bigint, (:number::bigint + 1)]) as wanted (lock_number);
select
    v.visitor_id, v.username, v.ts, v.token, v.name, v.phones_json, v.emails_json, v.department,
    v.livechat_data_json, v.manager_json, v.last_chat_json, v.last_agent_json, v.status,
    v.activity_json, v.user_agent, v.ip, v.host, v.external_ids_json, v.disabled, v.updated_at,
    v.version
from visitor_tokens k
join visitors v on v.visitor_id = k.visitor_id
where k.token = 'LABELp-' || :number::text;
select
    v.visitor_id, v.username, v.ts, v.token, v.name, v.phones_json, v.emails_json, v.department,
    v.livechat_data_json, v.manager_json, v.last_chat_json, v.last_agent_json, v.status,
    v.activity_json, v.user_agent, v.ip, v.host, v.external_ids_json, v.disabled, v.updated_at,
    v.version
from visitor_emails k
join visitors v on v.visitor_id = k.visitor_id
where k.address = 'LABELp-' || :number::text || '@bench.example'
order by v.ts, v.visitor_id
limit 1;
select nextval('guest_numbers');
with new as (
    select
        to_hex(extract(epoch from now())::bigint) || substr(md5(:number::text), 1, 16) as visitor_id,
        'LABELp-' || :number::text as token,
        'LABELp-' || :number::text || '@bench.example' as address,
        '+999' || (:number::bigint % 1000000000)::text as phone_number,
        (extract(epoch from now()) * 1000)::bigint as now
), known as (
    select held.visitor_id from visitors held join new using (visitor_id)
), claimed as (
    insert into visitor_tokens (token, visitor_id)
    select new.token, new.visitor_id from new where not exists (select from known)
    on conflict (token) do nothing
    returning token
), added as (
    insert into visitors (
        visitor_id, username, ts, token, name, phones_json, emails_json, department, livechat_data_json,
        manager_json, last_chat_json, last_agent_json, status, activity_json, user_agent, ip, host,
        external_ids_json, disabled, updated_at, version
    )
    select
        new.visitor_id, 'guest-' || :number::text, new.now, new.token, 'Mara Lindt ' || :number::text,
        '["' || new.phone_number || '"]', '["' || new.address || '"]', null, '{}', null, null, null, null, null,
        null, null, null, null, false, new.now, 1
    from new
    where not exists (select from known) and exists (select from claimed)
    on conflict (visitor_id) do nothing
    returning visitor_id
), emails as (
    insert into visitor_emails (address, visitor_id)
    select new.address, added.visitor_id from added join new using (visitor_id)
    on conflict do nothing
), phones as (
    insert into visitor_phones (phone_number, visitor_id)
    select new.phone_number, added.visitor_id from added join new using (visitor_id)
    on conflict do nothing
)
select exists (select from known) as known, exists (select from claimed) as claimed,
    exists (select from added) as stored;
commit;
