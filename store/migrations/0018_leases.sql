-- A claim changes no index: what is leased is found among what waits. PostgreSQL can
-- then write the claim beside the row, if its page has room.

DROP INDEX arrivals_leased;
DROP INDEX deliveries_leased;
POSTGRES ALTER TABLE arrivals SET (fillfactor = 70);
POSTGRES ALTER TABLE deliveries SET (fillfactor = 70);
