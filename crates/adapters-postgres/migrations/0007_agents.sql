-- Users as agents: what was saved about them, who takes conversations, when each last got one.

alter table users add column agent_settings_json text collate "C";

-- Whoever is asked when a conversation needs an agent.
create index users_available on users (user_id) where livechat_status = 'available' and active;

-- Written for each conversation that is routed, so it is no column of the users.
create table agent_routing (
    user_id text collate "C" not null,
    last_routed_at bigint not null,
    constraint agent_routing_pkey primary key (user_id),
    constraint agent_routing_user foreign key (user_id) references users (user_id) on delete cascade
);
