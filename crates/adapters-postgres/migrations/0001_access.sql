-- Users, login tokens, roles, permissions, settings: small tables, rarely written.
-- Times are milliseconds since 1970-01-01T00:00:00Z. Columns that end in `_json` hold JSON whose keys keep
-- their order, which jsonb would not do. Columns that end in `_key` are folded in Rust, never in SQL.

create table users (
    user_id text collate "C" not null,
    username text collate "C",
    username_key text collate "C",
    name text collate "C",
    kind text collate "C" not null,
    status text collate "C" not null,
    status_default text collate "C",
    active boolean not null,
    password_hash text collate "C",
    preferences_json text collate "C" not null,
    last_login bigint,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    constraint users_pkey primary key (user_id),
    constraint users_username_key unique (username_key)
);

create table user_emails (
    user_id text collate "C" not null,
    position integer not null,
    address text collate "C" not null,
    address_key text collate "C" not null,
    verified boolean not null,
    constraint user_emails_pkey primary key (user_id, position),
    constraint user_emails_address_key unique (address_key),
    constraint user_emails_user foreign key (user_id) references users (user_id) on delete cascade
);

create table roles (
    role_id text collate "C" not null,
    name text collate "C" not null,
    scope text collate "C" not null,
    description text collate "C" not null,
    protected boolean not null,
    updated_at bigint not null,
    constraint roles_pkey primary key (role_id)
);

create table user_roles (
    user_id text collate "C" not null,
    position integer not null,
    role_id text collate "C" not null,
    constraint user_roles_pkey primary key (user_id, position),
    constraint user_roles_user foreign key (user_id) references users (user_id) on delete cascade,
    constraint user_roles_role foreign key (role_id) references roles (role_id)
);

create index user_roles_by_role on user_roles (role_id, user_id);

create table login_tokens (
    hashed_token text collate "C" not null,
    user_id text collate "C" not null,
    created_at bigint not null,
    -- The owner's name for a personal access token; null for a session.
    name text collate "C",
    last_token_part text collate "C",
    bypass_two_factor boolean,
    constraint login_tokens_pkey primary key (hashed_token),
    constraint login_tokens_name unique (user_id, name),
    constraint login_tokens_user foreign key (user_id) references users (user_id) on delete cascade,
    constraint login_tokens_kind check (
        (name is null and last_token_part is null and bypass_two_factor is null)
        or (name is not null and last_token_part is not null and bypass_two_factor is not null)
    )
);

create index login_tokens_by_user on login_tokens (user_id, created_at);

create table permissions (
    permission_id text collate "C" not null,
    updated_at bigint not null,
    constraint permissions_pkey primary key (permission_id)
);

create table permission_roles (
    permission_id text collate "C" not null,
    position integer not null,
    role_id text collate "C" not null,
    constraint permission_roles_pkey primary key (permission_id, position),
    constraint permission_roles_permission foreign key (permission_id)
        references permissions (permission_id) on delete cascade,
    constraint permission_roles_role foreign key (role_id) references roles (role_id)
);

create index permission_roles_by_role on permission_roles (role_id, permission_id);

create table settings (
    setting_id text collate "C" not null,
    value_json text collate "C" not null,
    updated_at bigint not null,
    constraint settings_pkey primary key (setting_id)
);
