-- Search and order of contacts, definitions as they are sent, histories by their source.

-- What finds and orders contacts: one narrow row for each that is not erased, written with it. All texts are
-- made in Rust: no collation and no function of the database decides what is found.
create table contact_search (
    search_id integer not null,
    contact_id text not null,
    unknown integer not null check (unknown in (0, 1)),
    -- The beginning of the name, which orders.
    name_key text,
    created_at integer not null,
    updated_at integer not null,
    last_chat_at integer,
    -- Last, because pages and counts mostly do not need it.
    search_text text not null,
    constraint contact_search_pkey primary key (search_id)
) strict;

create index contact_search_by_name on contact_search (unknown, name_key, contact_id);
create index contact_search_by_creation on contact_search (unknown, created_at, contact_id);
create index contact_search_by_update on contact_search (unknown, updated_at, contact_id);
create index contact_search_by_chat on contact_search (unknown, last_chat_at, contact_id);

-- Leads from a contact to its row there; none for an erased one. The index finds those whose row is missing,
-- because a former program wrote them: the store makes it after the migrations.
alter table contacts add column search_id integer;
create index contacts_without_search on contacts (contact_id) where search_id is null and enabled = 1;

-- The trigrams of the search texts, apart by whether the contacts are unknown: a count needs nothing else. The
-- texts themselves are not kept here a second time.
create virtual table contact_words_known using fts5 (
    search_text, content = '', tokenize = 'trigram case_sensitive 1'
);
create virtual table contact_words_unknown using fts5 (
    search_text, content = '', tokenize = 'trigram case_sensitive 1'
);

-- Their parts of one and two characters, each as one word in hexadecimal digits.
create virtual table contact_parts_known using fts5 (
    parts, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);
create virtual table contact_parts_unknown using fts5 (
    parts, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);

-- How many contacts there are, and how often what finds them was written: as long as that stays the same, a
-- count may be remembered.
create table contact_counters (
    known integer not null,
    unknown integer not null,
    changes integer not null
) strict;

insert into contact_counters (known, unknown, changes) values (0, 0, 0);

alter table custom_fields add column visibility text not null default 'visible';
alter table custom_fields add column updated_at integer not null default 0;
alter table custom_fields add column version integer not null default 1;

-- What was a column is a key among the others now, where it was said.
update custom_fields
set
    visibility = iif(hidden, 'hidden', 'visible'),
    other_json =
        '{'
        || iif(pattern is null, '', '"regexp":' || json_quote(pattern) || ',')
        || '"required":' || iif(required, 'true', 'false')
        || ',"searchable":' || iif(searchable, 'true', 'false')
        || iif(other_json = '{}', '}', ',' || substr(other_json, 2));

alter table custom_fields drop column hidden;
alter table custom_fields drop column pattern;
alter table custom_fields drop column required;
alter table custom_fields drop column searchable;

-- Type and alias of the source in normal form, made in Rust.
alter table rooms add column source_text text not null default '';
