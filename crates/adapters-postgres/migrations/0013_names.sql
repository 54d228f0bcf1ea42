-- For SQLite only, which reads many rows one by one. Here two processes sort what matches.
select 1;
