-- A page that another file of its batch has, too: the batch was scanned a second time.

ALTER TABLE scan_pages ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CONSTRAINT scan_pages_again CHECK (again IN (0, 1));

-- A letter without pages is known by none.
CREATE INDEX identities_scanned ON identities (arrival_id) WHERE message_id = 'scan.' || content_hash;
DELETE FROM identities WHERE message_id = 'scan.' || content_hash AND NOT EXISTS (SELECT 1 FROM scan_pages p WHERE p.arrival_id = identities.arrival_id);
