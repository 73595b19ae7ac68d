-- Raw bytes are kept as they are: PostgreSQL would try to compress each of them.

POSTGRES ALTER TABLE arrival_bytes ALTER COLUMN raw SET STORAGE EXTERNAL;
POSTGRES ALTER TABLE delivery_bytes ALTER COLUMN raw SET STORAGE EXTERNAL;
