-- Find the account that a telephone extension belongs to.

create index users_by_extension on users (extension) where extension is not null;
