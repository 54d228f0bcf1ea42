-- What sorting many matches by name needs, by the row that a match leads to: in a third of the table's pages.
create index contact_search_names on contact_search (search_id, name_key, contact_id);
