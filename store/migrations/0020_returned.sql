-- When and why the last letter to the postal address came back.

ALTER TABLE complaints ADD COLUMN postal_returned STR NOT NULL DEFAULT '';
