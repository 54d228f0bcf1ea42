-- Which sources conversations came from: found from one to the next.

create index rooms_by_source on rooms (source_kind, source_id, room_id);
