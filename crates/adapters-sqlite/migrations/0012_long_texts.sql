-- For PostgreSQL only, whose index by name holds no long texts. Here texts of any length are found by their trigrams.
select 1;
