-- Mail is text, and LZ4 halves it for next to nothing: fewer pages to write. A server
-- without LZ4 keeps raw bytes as they are (0015).

POSTGRES DO $$ BEGIN
POSTGRES   EXECUTE 'ALTER TABLE arrival_bytes ALTER COLUMN raw SET COMPRESSION lz4, ALTER COLUMN raw SET STORAGE EXTENDED';
POSTGRES   EXECUTE 'ALTER TABLE delivery_bytes ALTER COLUMN raw SET COMPRESSION lz4, ALTER COLUMN raw SET STORAGE EXTENDED';
POSTGRES   EXECUTE 'ALTER TABLE complaints ALTER COLUMN summary SET COMPRESSION lz4, ALTER COLUMN search SET COMPRESSION lz4';
POSTGRES EXCEPTION WHEN feature_not_supported OR syntax_error THEN NULL;
POSTGRES END $$;
