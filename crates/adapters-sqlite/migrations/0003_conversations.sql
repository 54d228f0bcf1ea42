-- Conversations: placed by room; what finds them by contact, visitor or agent are key tables.

create table rooms (
    room_id text not null,
    contact_id text,
    visitor_id text not null,
    fname text not null,
    ts integer not null,
    last_message_at integer,
    messages_count integer not null,
    open integer not null check (open in (0, 1)),
    visitor_json text not null,
    source_json text not null,
    served_by_json text,
    department_id text,
    livechat_data_json text,
    topic text,
    tags_json text,
    last_message_json text,
    waiting_response integer check (waiting_response in (0, 1)),
    response_by_json text,
    metrics_json text,
    queued_at integer,
    closed_at integer,
    closed_by_json text,
    closer text,
    on_hold integer check (on_hold in (0, 1)),
    verified integer not null check (verified in (0, 1)),
    -- What only the chat side knows of a room (priority, e-mail thread, transcript ...).
    other_json text not null,
    updated_at integer not null,
    version integer not null,
    constraint rooms_pkey primary key (room_id)
) strict;

-- Decides which open conversation a visitor has: one at the most.
create table open_rooms (
    visitor_id text not null,
    room_id text not null,
    constraint open_rooms_pkey primary key (visitor_id)
) strict, without rowid;

-- The conversations of a contact, the closed ones by the time of closing: its history.
create table contact_rooms (
    contact_id text not null,
    room_id text not null,
    closed_at integer,
    constraint contact_rooms_pkey primary key (contact_id, room_id)
) strict, without rowid;

create index contact_rooms_history on contact_rooms (contact_id, closed_at desc, room_id);

create table visitor_rooms (
    visitor_id text not null,
    room_id text not null,
    ts integer not null,
    constraint visitor_rooms_pkey primary key (visitor_id, room_id)
) strict, without rowid;

create table messages (
    room_id text not null,
    message_id text not null,
    ts integer not null,
    -- `livechat-close` and the like; null for what people wrote.
    kind text,
    body text not null,
    author_json text not null,
    other_json text not null,
    updated_at integer not null,
    constraint messages_pkey primary key (room_id, message_id),
    constraint messages_room foreign key (room_id) references rooms (room_id) on delete cascade
) strict;

create index messages_by_time on messages (room_id, ts, message_id);

create table inquiries (
    room_id text not null,
    inquiry_id text not null,
    name text not null,
    ts integer not null,
    status text not null,
    message text not null,
    department_id text,
    queued_at integer,
    taken_at integer,
    default_agent_json text,
    other_json text not null,
    updated_at integer not null,
    version integer not null,
    constraint inquiries_pkey primary key (room_id),
    constraint inquiries_room foreign key (room_id) references rooms (room_id) on delete cascade
) strict;

create table inquiry_ids (
    inquiry_id text not null,
    room_id text not null,
    constraint inquiry_ids_pkey primary key (inquiry_id)
) strict, without rowid;

create index inquiries_queue on inquiries (status, ts, room_id);

create table subscriptions (
    room_id text not null,
    user_id text not null,
    subscription_id text not null,
    name text not null,
    fname text not null,
    alert integer not null check (alert in (0, 1)),
    unread integer not null,
    ts integer not null,
    other_json text not null,
    updated_at integer not null,
    constraint subscriptions_pkey primary key (room_id, user_id),
    constraint subscriptions_room foreign key (room_id) references rooms (room_id) on delete cascade
) strict;

-- The conversations that an agent serves.
create table user_subscriptions (
    user_id text not null,
    room_id text not null,
    constraint user_subscriptions_pkey primary key (user_id, room_id)
) strict, without rowid;
