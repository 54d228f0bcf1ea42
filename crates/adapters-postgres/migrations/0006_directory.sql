-- Search and order of contacts, definitions as they are sent, histories by their source.

-- What finds and orders contacts: one narrow row for each that is not erased, written with it. The keys are
-- numbers of parts of the text, made in Rust: no extension and no locale decides what is found.
create table contact_search (
    contact_id text collate "C" not null,
    unknown boolean not null,
    -- The beginning of the name, which orders.
    name_key text collate "C",
    -- One of both: a text that is too long to stand in an index is in a column of its own.
    search_text text collate "C",
    long_text text collate "C",
    search_keys smallint[] not null,
    constraint contact_search_pkey primary key (contact_id)
);

create index contact_search_by_name on contact_search (unknown, name_key nulls first, contact_id)
    include (search_text);
create index contact_search_by_keys on contact_search using gin (search_keys);

-- How many contacts there are, and how often what finds them was written: the sums over all slots. Whoever
-- writes takes a slot that nobody holds, so that writers do not queue.
create table contact_counters (
    slot integer not null,
    known bigint not null,
    unknown bigint not null,
    changes bigint not null,
    constraint contact_counters_pkey primary key (slot)
) with (fillfactor = 20);

insert into contact_counters (slot, known, unknown, changes)
select
    slot,
    0,
    0,
    0
from generate_series(0, 63) as slot;

alter table contacts add column last_chat_at bigint;

-- Which version of the contact the columns and tables above are of. A server of a former version leaves it behind:
-- the index finds such contacts, and the store brings them up to date after the migrations.
alter table contacts add column search_version bigint;
create index contacts_without_search on contacts (contact_id) where search_version is distinct from version;

create index contacts_by_creation on contacts (unknown, created_at nulls first, contact_id) where enabled;
create index contacts_by_update on contacts (unknown, updated_at nulls first, contact_id) where enabled;
create index contacts_by_chat on contacts (unknown, last_chat_at nulls first, contact_id) where enabled;

alter table custom_fields add column visibility text collate "C" not null default 'visible';
alter table custom_fields add column updated_at bigint not null default 0;
alter table custom_fields add column version bigint not null default 1;

-- What was a column is a key among the others now, where it was said.
update custom_fields
set
    visibility = case when hidden then 'hidden' else 'visible' end,
    other_json = case other_json
        when '{}' then said.keys
        else left(said.keys, -1) || ',' || substr(other_json, 2)
    end
from (
    select
        field_id,
        '{'
            || case when pattern is null then '' else '"regexp":' || to_json(pattern)::text || ',' end
            || '"required":' || required::text
            || ',"searchable":' || searchable::text
            || '}' as keys
    from custom_fields
) as said
where said.field_id = custom_fields.field_id;

-- Servers of a former version go on reading these.
alter table custom_fields alter column hidden set default false;
alter table custom_fields alter column required set default false;
alter table custom_fields alter column searchable set default false;

-- Type and alias of the source in normal form, made in Rust.
alter table rooms add column source_text text collate "C" not null default '';
