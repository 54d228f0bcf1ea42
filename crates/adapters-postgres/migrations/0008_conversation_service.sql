-- Conversations that are opened, taken and closed here; departments.

alter table rooms add column users_count bigint not null default 1;
alter table rooms add column priority_weight bigint not null default 99;
alter table rooms add column estimated_waiting_time bigint not null default 9999999;
-- Type and id of the source, which with the visitor make the channel. A source without an id has the empty text.
alter table rooms add column source_kind text collate "C" not null default '';
alter table rooms add column source_id text collate "C" not null default '';
-- The agent who serves it, or served it last.
alter table rooms add column served_by_id text collate "C";
-- When the agent took it who has not written since; null while nobody waits for an agent's word.
alter table rooms add column unanswered_since bigint;
-- The name in normal form and the custom values folded, made in Rust: what lists look for.
alter table rooms add column name_text text collate "C" not null default '';
alter table rooms add column values_json text collate "C";

update rooms
set
    served_by_id = served_by_json::json ->> '_id',
    source_kind = coalesce(source_json::json ->> 'type', ''),
    source_id = coalesce(source_json::json ->> 'id', '');

create index rooms_by_time on rooms (ts, room_id);
create index rooms_by_closing on rooms (closed_at, room_id) where closed_at is not null;
create index rooms_by_agent on rooms (served_by_id, ts, room_id) where served_by_id is not null;
create index rooms_by_department on rooms (department_id, ts, room_id) where department_id is not null;
create index rooms_open_by_agent on rooms (served_by_id) where open and served_by_id is not null;
create index rooms_open on rooms (ts, room_id) where open;
create index rooms_unanswered on rooms (unanswered_since, room_id) where unanswered_since is not null;

create index inquiries_by_department on inquiries (department_id, status, ts, room_id)
    where department_id is not null;

alter table subscriptions add column version bigint not null default 1;

create table departments (
    department_id text collate "C" not null,
    name text collate "C" not null,
    email text collate "C" not null,
    enabled boolean not null,
    on_offline_form boolean not null,
    on_registration boolean not null,
    asks_for_tags boolean not null,
    closing_tags_json text collate "C" not null,
    fallback_id text collate "C",
    other_json text collate "C" not null,
    updated_at bigint not null,
    version bigint not null,
    constraint departments_pkey primary key (department_id)
);

create index departments_by_name on departments (name, department_id);

create table department_agents (
    department_id text collate "C" not null,
    user_id text collate "C" not null,
    -- As it was said when the agent was put there.
    username text collate "C",
    -- How many conversations the agent takes there.
    conversations bigint not null,
    position bigint not null,
    constraint department_agents_pkey primary key (department_id, user_id),
    constraint department_agents_department foreign key (department_id)
        references departments (department_id) on delete cascade
);

create index department_agents_by_agent on department_agents (user_id, department_id);
