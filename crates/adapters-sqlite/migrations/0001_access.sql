-- Users, login tokens, roles, permissions, settings: small tables, rarely written.
-- Times are milliseconds since 1970-01-01T00:00:00Z. Columns that end in `_json` hold JSON whose keys keep
-- their order. Columns that end in `_key` are folded in Rust, never in SQL.

create table users (
    user_id text not null,
    username text,
    username_key text,
    name text,
    kind text not null,
    status text not null,
    status_default text,
    active integer not null check (active in (0, 1)),
    password_hash text,
    preferences_json text not null,
    last_login integer,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    constraint users_pkey primary key (user_id),
    constraint users_username_key unique (username_key)
) strict;

create table user_emails (
    user_id text not null,
    position integer not null,
    address text not null,
    address_key text not null,
    verified integer not null check (verified in (0, 1)),
    constraint user_emails_pkey primary key (user_id, position),
    constraint user_emails_address_key unique (address_key),
    constraint user_emails_user foreign key (user_id) references users (user_id) on delete cascade
) strict, without rowid;

create table roles (
    role_id text not null,
    name text not null,
    scope text not null,
    description text not null,
    protected integer not null check (protected in (0, 1)),
    updated_at integer not null,
    constraint roles_pkey primary key (role_id)
) strict, without rowid;

create table user_roles (
    user_id text not null,
    position integer not null,
    role_id text not null,
    constraint user_roles_pkey primary key (user_id, position),
    constraint user_roles_user foreign key (user_id) references users (user_id) on delete cascade,
    constraint user_roles_role foreign key (role_id) references roles (role_id)
) strict, without rowid;

create index user_roles_by_role on user_roles (role_id, user_id);

create table login_tokens (
    hashed_token text not null,
    user_id text not null,
    created_at integer not null,
    -- The owner's name for a personal access token; null for a session.
    name text,
    last_token_part text,
    bypass_two_factor integer check (bypass_two_factor in (0, 1)),
    constraint login_tokens_pkey primary key (hashed_token),
    constraint login_tokens_name unique (user_id, name),
    constraint login_tokens_user foreign key (user_id) references users (user_id) on delete cascade,
    constraint login_tokens_kind check (
        (name is null and last_token_part is null and bypass_two_factor is null)
        or (name is not null and last_token_part is not null and bypass_two_factor is not null)
    )
) strict, without rowid;

create index login_tokens_by_user on login_tokens (user_id, created_at);

create table permissions (
    permission_id text not null,
    updated_at integer not null,
    constraint permissions_pkey primary key (permission_id)
) strict, without rowid;

create table permission_roles (
    permission_id text not null,
    position integer not null,
    role_id text not null,
    constraint permission_roles_pkey primary key (permission_id, position),
    constraint permission_roles_permission foreign key (permission_id)
        references permissions (permission_id) on delete cascade,
    constraint permission_roles_role foreign key (role_id) references roles (role_id)
) strict, without rowid;

create index permission_roles_by_role on permission_roles (role_id, permission_id);

create table settings (
    setting_id text not null,
    value_json text not null,
    updated_at integer not null,
    constraint settings_pkey primary key (setting_id)
) strict, without rowid;
