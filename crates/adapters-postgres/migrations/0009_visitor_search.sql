-- Search of visitors.

-- What finds and orders visitors: one narrow row for each that is not erased, written with it. All texts are made
-- in Rust, and so are the keys: numbers of all parts of the texts that have up to three characters.
create table visitor_search (
    visitor_id text collate "C" not null,
    seen_at bigint not null,
    -- The beginning of the name, which orders.
    name_key text collate "C",
    -- Name and username.
    search_text text collate "C" not null,
    -- The custom values that are texts.
    value_text text collate "C" not null,
    search_keys smallint[] not null,
    constraint visitor_search_pkey primary key (visitor_id)
);

create index visitor_search_by_time on visitor_search (seen_at, visitor_id);
create index visitor_search_by_name on visitor_search (name_key nulls first, visitor_id);
create index visitor_search_by_keys on visitor_search using gin (search_keys);

-- How many rows there are: the sum over all slots. Whoever writes takes a slot that nobody holds, so that writers do
-- not queue.
create table visitor_counters (
    slot integer not null,
    visitors bigint not null,
    constraint visitor_counters_pkey primary key (slot)
) with (fillfactor = 20);

insert into visitor_counters (slot, visitors)
select
    slot,
    0
from generate_series(0, 63) as slot;

-- Which version of the visitor the row there is of. A server of a former version leaves it behind: the index finds
-- such visitors, and the store brings them up to date after the migrations.
alter table visitors add column search_version bigint;
create index visitors_without_search on visitors (visitor_id) where search_version is distinct from version;
