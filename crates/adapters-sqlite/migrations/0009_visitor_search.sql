-- Search of visitors.

-- What finds and orders visitors: one narrow row for each that is not erased, written with it. All texts are made
-- in Rust.
create table visitor_search (
    search_id integer not null,
    visitor_id text not null,
    seen_at integer not null,
    -- The beginning of the name, which orders.
    name_key text,
    -- Name and username.
    search_text text not null,
    -- The custom values that are texts.
    value_text text not null,
    constraint visitor_search_pkey primary key (search_id),
    constraint visitor_search_visitor unique (visitor_id)
) strict;

create index visitor_search_by_time on visitor_search (seen_at, visitor_id);
create index visitor_search_by_name on visitor_search (name_key, visitor_id);

-- The trigrams of both texts, and their parts of one and two characters, each as one word in hexadecimal digits. The
-- texts themselves are not kept here a second time.
create virtual table visitor_words using fts5 (
    search_text, content = '', tokenize = 'trigram case_sensitive 1'
);
create virtual table visitor_parts using fts5 (
    parts, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);

-- How many rows there are.
create table visitor_counters (
    visitors integer not null
) strict;

insert into visitor_counters (visitors) values (0);

-- Which version of the visitor the row there is of. The index finds visitors that a former program wrote: the store
-- brings them up to date after the migrations.
alter table visitors add column search_version integer;
create index visitors_without_search on visitors (visitor_id) where search_version is not version;
