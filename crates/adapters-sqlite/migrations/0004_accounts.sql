-- Accounts with everything that the dialect knows of them, custom roles, attempts to log in, the audit trail.

alter table users add column nickname text;
alter table users add column bio text;
-- The folded name, to order by; the store fills it in, after the migrations, where it is missing.
alter table users add column name_key text;
alter table users add column status_text text;
alter table users add column status_source text;
alter table users add column status_expires_at integer;
alter table users add column status_former_json text;
alter table users add column livechat_status text;
alter table users add column inactive_reason text;
alter table users add column registration_reason text;
alter table users add column require_password_change integer check (require_password_change in (0, 1));
alter table users add column require_password_change_reason text;
alter table users add column email_second_factor integer check (email_second_factor in (0, 1));
alter table users add column email_second_factor_changed_at integer;
alter table users add column language text;
alter table users add column utc_offset real;
alter table users add column custom_fields_json text;
alter table users add column extension text;

create index users_by_username on users (username_key, user_id);
create index users_by_name on users (name_key, user_id);
create index users_by_status_expiry on users (status_expires_at) where status_expires_at is not null;

alter table roles add column mandatory_two_factor integer not null default 0
    check (mandatory_two_factor in (0, 1));
create unique index roles_name_key on roles (name);

-- Finds sessions that are too old.
create index login_tokens_by_age on login_tokens (created_at) where name is null;

-- Counted against guessing, by address and by username; old rows are swept away.
create table login_attempts (
    attempt_id text not null,
    at integer not null,
    succeeded integer not null check (succeeded in (0, 1)),
    address text,
    -- Folded in Rust.
    username_key text,
    user_id text,
    constraint login_attempts_pkey primary key (attempt_id)
) strict, without rowid;

create index login_attempts_by_address on login_attempts (address, succeeded, at);
create index login_attempts_by_username on login_attempts (username_key, succeeded, at);
create index login_attempts_by_time on login_attempts (at);

-- Who changed what. Rows are only ever added.
create table audit_events (
    event_id text not null,
    at integer not null,
    author_kind text not null,
    author_id text,
    author_username text,
    address text,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    changes_json text not null,
    constraint audit_events_pkey primary key (event_id)
) strict, without rowid;

create index audit_events_by_time on audit_events (at, event_id);
create index audit_events_by_kind on audit_events (subject_kind, at, event_id);
create index audit_events_by_subject on audit_events (subject_id, at, event_id);
create index audit_events_by_author on audit_events (author_id, at, event_id);
create index audit_events_by_author_username on audit_events (author_username, at, event_id);
