-- Contacts by the last month in which an agent answered them, as it stands at the end of their list of months
-- (`"2026-11"]`). Months are in order, so the current one is the last one. Kept by the engine: a server of the former
-- version keeps it, too.
create index contacts_by_last_month on contacts (substr(activity_json, -10)) where activity_json is not null;
