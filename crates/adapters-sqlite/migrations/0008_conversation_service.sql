-- Conversations that are opened, taken and closed here; departments.

alter table rooms add column users_count integer not null default 1;
alter table rooms add column priority_weight integer not null default 99;
alter table rooms add column estimated_waiting_time integer not null default 9999999;
-- Type and id of the source, which with the visitor make the channel. A source without an id has the empty text.
alter table rooms add column source_kind text not null default '';
alter table rooms add column source_id text not null default '';
-- The agent who serves it, or served it last.
alter table rooms add column served_by_id text;
-- When the agent took it who has not written since; null while nobody waits for an agent's word.
alter table rooms add column unanswered_since integer;
-- The name in normal form and the custom values folded, made in Rust: what lists look for.
alter table rooms add column name_text text not null default '';
alter table rooms add column values_json text;

update rooms
set
    served_by_id = served_by_json ->> '$._id',
    source_kind = coalesce(source_json ->> '$.type', ''),
    source_id = coalesce(source_json ->> '$.id', '');

create index rooms_by_time on rooms (ts, room_id);
create index rooms_by_closing on rooms (closed_at, room_id) where closed_at is not null;
create index rooms_by_agent on rooms (served_by_id, ts, room_id) where served_by_id is not null;
create index rooms_by_department on rooms (department_id, ts, room_id) where department_id is not null;
create index rooms_open_by_agent on rooms (served_by_id) where open = 1 and served_by_id is not null;
create index rooms_open on rooms (ts, room_id) where open = 1;
create index rooms_unanswered on rooms (unanswered_since, room_id) where unanswered_since is not null;

create index inquiries_by_department on inquiries (department_id, status, ts, room_id)
    where department_id is not null;

alter table subscriptions add column version integer not null default 1;

create table departments (
    department_id text not null,
    name text not null,
    email text not null,
    enabled integer not null check (enabled in (0, 1)),
    on_offline_form integer not null check (on_offline_form in (0, 1)),
    on_registration integer not null check (on_registration in (0, 1)),
    asks_for_tags integer not null check (asks_for_tags in (0, 1)),
    closing_tags_json text not null,
    fallback_id text,
    other_json text not null,
    updated_at integer not null,
    version integer not null,
    constraint departments_pkey primary key (department_id)
) strict;

create index departments_by_name on departments (name, department_id);

create table department_agents (
    department_id text not null,
    user_id text not null,
    -- As it was said when the agent was put there.
    username text,
    -- How many conversations the agent takes there.
    conversations integer not null,
    position integer not null,
    constraint department_agents_pkey primary key (department_id, user_id),
    constraint department_agents_department foreign key (department_id)
        references departments (department_id) on delete cascade
) strict;

create index department_agents_by_agent on department_agents (user_id, department_id);
