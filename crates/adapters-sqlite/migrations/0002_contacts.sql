-- Visitors, contacts and custom fields. A person is one row; whatever finds a person without knowing the id
-- lives in key tables whose key comes first, written in the same transaction. No foreign keys lead from
-- key tables, so that a distributed engine may place them by the key.

-- The last number given to a guest.
create table guest_numbers (
    last integer not null
) strict;

insert into guest_numbers (last) values (1);

create table visitors (
    visitor_id text not null,
    username text,
    ts integer,
    token text,
    name text,
    phones_json text,
    emails_json text,
    department text,
    livechat_data_json text,
    manager_json text,
    last_chat_json text,
    last_agent_json text,
    status text,
    activity_json text,
    user_agent text,
    ip text,
    host text,
    external_ids_json text,
    disabled integer not null check (disabled in (0, 1)),
    updated_at integer not null,
    version integer not null,
    constraint visitors_pkey primary key (visitor_id)
) strict;

-- Decides which visitor a token belongs to.
create table visitor_tokens (
    token text not null,
    visitor_id text not null,
    constraint visitor_tokens_pkey primary key (token)
) strict, without rowid;

create table visitor_emails (
    address text not null,
    visitor_id text not null,
    constraint visitor_emails_pkey primary key (address, visitor_id)
) strict, without rowid;

create table visitor_phones (
    phone_number text not null,
    visitor_id text not null,
    constraint visitor_phones_pkey primary key (phone_number, visitor_id)
) strict, without rowid;

-- The managers of visitors, by username: removing an agent finds its visitors here.
create table visitor_managers (
    username text not null,
    visitor_id text not null,
    constraint visitor_managers_pkey primary key (username, visitor_id)
) strict, without rowid;

-- The custom values of visitors that are texts, folded for search.
create table visitor_values (
    field_id text not null,
    visitor_id text not null,
    folded text not null,
    constraint visitor_values_pkey primary key (field_id, visitor_id)
) strict, without rowid;

create table contacts (
    contact_id text not null,
    name text,
    emails_json text,
    phones_json text,
    manager_id text,
    unknown integer not null check (unknown in (0, 1)),
    conflicting_fields_json text,
    custom_fields_json text,
    channels_json text not null,
    last_chat_json text,
    import_ids_json text,
    activity_json text,
    pre_registration integer check (pre_registration in (0, 1)),
    enabled integer not null check (enabled in (0, 1)),
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    constraint contacts_pkey primary key (contact_id)
) strict;

create table contact_emails (
    email_key text not null,
    contact_id text not null,
    constraint contact_emails_pkey primary key (email_key, contact_id)
) strict, without rowid;

create table contact_phones (
    phone_key text not null,
    contact_id text not null,
    constraint contact_phones_pkey primary key (phone_key, contact_id)
) strict, without rowid;

-- A channel without a source id has the empty text here.
create table contact_channels (
    visitor_id text not null,
    source_type text not null,
    source_id text not null,
    contact_id text not null,
    constraint contact_channels_pkey primary key (visitor_id, source_type, source_id, contact_id)
) strict, without rowid;

-- Which contacts proved an identity, for merging those who prove the same.
create table contact_verifications (
    field text not null,
    value text not null,
    contact_id text not null,
    constraint contact_verifications_pkey primary key (field, value, contact_id)
) strict, without rowid;

create table custom_fields (
    field_id text not null,
    position integer not null,
    label text not null,
    scope text not null,
    hidden integer not null check (hidden in (0, 1)),
    pattern text,
    required integer not null check (required in (0, 1)),
    searchable integer not null check (searchable in (0, 1)),
    other_json text not null,
    constraint custom_fields_pkey primary key (field_id)
) strict;
