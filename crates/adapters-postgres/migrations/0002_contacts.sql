-- Visitors, contacts and custom fields. A person is one row; whatever finds a person without knowing the id
-- lives in key tables whose key comes first, written in the same transaction. No foreign keys lead from
-- key tables, so that a distributed engine may place them by the key.

create sequence guest_numbers as bigint start with 2;

create table visitors (
    visitor_id text collate "C" not null,
    username text collate "C",
    ts bigint,
    token text collate "C",
    name text collate "C",
    phones_json text collate "C",
    emails_json text collate "C",
    department text collate "C",
    livechat_data_json text collate "C",
    manager_json text collate "C",
    last_chat_json text collate "C",
    last_agent_json text collate "C",
    status text collate "C",
    activity_json text collate "C",
    user_agent text collate "C",
    ip text collate "C",
    host text collate "C",
    external_ids_json text collate "C",
    disabled boolean not null,
    updated_at bigint not null,
    version bigint not null,
    constraint visitors_pkey primary key (visitor_id)
);

-- Decides which visitor a token belongs to.
create table visitor_tokens (
    token text collate "C" not null,
    visitor_id text collate "C" not null,
    constraint visitor_tokens_pkey primary key (token)
);

create table visitor_emails (
    address text collate "C" not null,
    visitor_id text collate "C" not null,
    constraint visitor_emails_pkey primary key (address, visitor_id)
);

create table visitor_phones (
    phone_number text collate "C" not null,
    visitor_id text collate "C" not null,
    constraint visitor_phones_pkey primary key (phone_number, visitor_id)
);

-- The managers of visitors, by username: removing an agent finds its visitors here.
create table visitor_managers (
    username text collate "C" not null,
    visitor_id text collate "C" not null,
    constraint visitor_managers_pkey primary key (username, visitor_id)
);

-- The custom values of visitors that are texts, folded for search.
create table visitor_values (
    field_id text collate "C" not null,
    visitor_id text collate "C" not null,
    folded text collate "C" not null,
    constraint visitor_values_pkey primary key (field_id, visitor_id)
);

create table contacts (
    contact_id text collate "C" not null,
    name text collate "C",
    emails_json text collate "C",
    phones_json text collate "C",
    manager_id text collate "C",
    unknown boolean not null,
    conflicting_fields_json text collate "C",
    custom_fields_json text collate "C",
    channels_json text collate "C" not null,
    last_chat_json text collate "C",
    import_ids_json text collate "C",
    activity_json text collate "C",
    pre_registration boolean,
    enabled boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    constraint contacts_pkey primary key (contact_id)
);

create table contact_emails (
    email_key text collate "C" not null,
    contact_id text collate "C" not null,
    constraint contact_emails_pkey primary key (email_key, contact_id)
);

create table contact_phones (
    phone_key text collate "C" not null,
    contact_id text collate "C" not null,
    constraint contact_phones_pkey primary key (phone_key, contact_id)
);

-- A channel without a source id has the empty text here.
create table contact_channels (
    visitor_id text collate "C" not null,
    source_type text collate "C" not null,
    source_id text collate "C" not null,
    contact_id text collate "C" not null,
    constraint contact_channels_pkey primary key (visitor_id, source_type, source_id, contact_id)
);

-- Which contacts proved an identity, for merging those who prove the same.
create table contact_verifications (
    field text collate "C" not null,
    value text collate "C" not null,
    contact_id text collate "C" not null,
    constraint contact_verifications_pkey primary key (field, value, contact_id)
);

create table custom_fields (
    field_id text collate "C" not null,
    position integer not null,
    label text collate "C" not null,
    scope text collate "C" not null,
    hidden boolean not null,
    pattern text collate "C",
    required boolean not null,
    searchable boolean not null,
    other_json text collate "C" not null,
    constraint custom_fields_pkey primary key (field_id)
);
