-- Accounts with everything that the dialect knows of them, custom roles, attempts to log in, the audit trail.

alter table users add column nickname text collate "C";
alter table users add column bio text collate "C";
-- The folded name, to order by; the store fills it in, after the migrations, where it is missing.
alter table users add column name_key text collate "C";
alter table users add column status_text text collate "C";
alter table users add column status_source text collate "C";
alter table users add column status_expires_at bigint;
alter table users add column status_former_json text collate "C";
alter table users add column livechat_status text collate "C";
alter table users add column inactive_reason text collate "C";
alter table users add column registration_reason text collate "C";
alter table users add column require_password_change boolean;
alter table users add column require_password_change_reason text collate "C";
alter table users add column email_second_factor boolean;
alter table users add column email_second_factor_changed_at bigint;
alter table users add column language text collate "C";
alter table users add column utc_offset double precision;
alter table users add column custom_fields_json text collate "C";
alter table users add column extension text collate "C";

-- Whoever has none comes first, as in SQLite.
create index users_by_username on users (username_key nulls first, user_id);
create index users_by_name on users (name_key nulls first, user_id);
create index users_by_status_expiry on users (status_expires_at) where status_expires_at is not null;

alter table roles add column mandatory_two_factor boolean not null default false;
create unique index roles_name_key on roles (name);

-- Finds sessions that are too old.
create index login_tokens_by_age on login_tokens (created_at) where name is null;

-- Counted against guessing, by address and by username; old rows are swept away.
create table login_attempts (
    attempt_id text collate "C" not null,
    at bigint not null,
    succeeded boolean not null,
    address text collate "C",
    -- Folded in Rust.
    username_key text collate "C",
    user_id text collate "C",
    constraint login_attempts_pkey primary key (attempt_id)
);

create index login_attempts_by_address on login_attempts (address, succeeded, at);
create index login_attempts_by_username on login_attempts (username_key, succeeded, at);
create index login_attempts_by_time on login_attempts (at);

-- Who changed what. Rows are only ever added.
create table audit_events (
    event_id text collate "C" not null,
    at bigint not null,
    author_kind text collate "C" not null,
    author_id text collate "C",
    author_username text collate "C",
    address text collate "C",
    action text collate "C" not null,
    subject_kind text collate "C" not null,
    subject_id text collate "C" not null,
    changes_json text collate "C" not null,
    constraint audit_events_pkey primary key (event_id)
);

create index audit_events_by_time on audit_events (at, event_id);
create index audit_events_by_kind on audit_events (subject_kind, at, event_id);
create index audit_events_by_subject on audit_events (subject_id, at, event_id);
create index audit_events_by_author on audit_events (author_id, at, event_id);
create index audit_events_by_author_username on audit_events (author_username, at, event_id);
