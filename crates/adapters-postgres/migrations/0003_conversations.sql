-- Conversations: placed by room; what finds them by contact, visitor or agent are key tables.

create table rooms (
    room_id text collate "C" not null,
    contact_id text collate "C",
    visitor_id text collate "C" not null,
    fname text collate "C" not null,
    ts bigint not null,
    last_message_at bigint,
    messages_count bigint not null,
    open boolean not null,
    visitor_json text collate "C" not null,
    source_json text collate "C" not null,
    served_by_json text collate "C",
    department_id text collate "C",
    livechat_data_json text collate "C",
    topic text collate "C",
    tags_json text collate "C",
    last_message_json text collate "C",
    waiting_response boolean,
    response_by_json text collate "C",
    metrics_json text collate "C",
    queued_at bigint,
    closed_at bigint,
    closed_by_json text collate "C",
    closer text collate "C",
    on_hold boolean,
    verified boolean not null,
    -- What only the chat side knows of a room (priority, e-mail thread, transcript ...).
    other_json text collate "C" not null,
    updated_at bigint not null,
    version bigint not null,
    constraint rooms_pkey primary key (room_id)
);

-- Decides which open conversation a visitor has: one at the most.
create table open_rooms (
    visitor_id text collate "C" not null,
    room_id text collate "C" not null,
    constraint open_rooms_pkey primary key (visitor_id)
);

-- The conversations of a contact, the closed ones by the time of closing: its history.
create table contact_rooms (
    contact_id text collate "C" not null,
    room_id text collate "C" not null,
    closed_at bigint,
    constraint contact_rooms_pkey primary key (contact_id, room_id)
);

create index contact_rooms_history on contact_rooms (contact_id, closed_at desc, room_id);

create table visitor_rooms (
    visitor_id text collate "C" not null,
    room_id text collate "C" not null,
    ts bigint not null,
    constraint visitor_rooms_pkey primary key (visitor_id, room_id)
);

create table messages (
    room_id text collate "C" not null,
    message_id text collate "C" not null,
    ts bigint not null,
    -- `livechat-close` and the like; null for what people wrote.
    kind text collate "C",
    body text collate "C" not null,
    author_json text collate "C" not null,
    other_json text collate "C" not null,
    updated_at bigint not null,
    constraint messages_pkey primary key (room_id, message_id),
    constraint messages_room foreign key (room_id) references rooms (room_id) on delete cascade
);

create index messages_by_time on messages (room_id, ts, message_id);

create table inquiries (
    room_id text collate "C" not null,
    inquiry_id text collate "C" not null,
    name text collate "C" not null,
    ts bigint not null,
    status text collate "C" not null,
    message text collate "C" not null,
    department_id text collate "C",
    queued_at bigint,
    taken_at bigint,
    default_agent_json text collate "C",
    other_json text collate "C" not null,
    updated_at bigint not null,
    version bigint not null,
    constraint inquiries_pkey primary key (room_id),
    constraint inquiries_room foreign key (room_id) references rooms (room_id) on delete cascade
);

create table inquiry_ids (
    inquiry_id text collate "C" not null,
    room_id text collate "C" not null,
    constraint inquiry_ids_pkey primary key (inquiry_id)
);

create index inquiries_queue on inquiries (status, ts, room_id);

create table subscriptions (
    room_id text collate "C" not null,
    user_id text collate "C" not null,
    subscription_id text collate "C" not null,
    name text collate "C" not null,
    fname text collate "C" not null,
    alert boolean not null,
    unread bigint not null,
    ts bigint not null,
    other_json text collate "C" not null,
    updated_at bigint not null,
    constraint subscriptions_pkey primary key (room_id, user_id),
    constraint subscriptions_room foreign key (room_id) references rooms (room_id) on delete cascade
);

-- The conversations that an agent serves.
create table user_subscriptions (
    user_id text collate "C" not null,
    room_id text collate "C" not null,
    constraint user_subscriptions_pkey primary key (user_id, room_id)
);
