-- A page that a person turned. The file stays as it is; the turn is on record, and the
-- page is read again.

ALTER TABLE scan_pages ADD COLUMN turned INTEGER NOT NULL DEFAULT 0;
