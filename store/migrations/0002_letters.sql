-- What leaves on paper. A letter is a delivery whose bytes are a PDF; a print run is
-- what was printed together.

ALTER TABLE complaints ADD COLUMN postal_address STR NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN postal_confirmed INTEGER NOT NULL DEFAULT 0 CONSTRAINT complaints_postal_confirmed CHECK (postal_confirmed IN (0, 1));
ALTER TABLE complaints ADD COLUMN needs STR NOT NULL DEFAULT '' CONSTRAINT complaints_needs_known CHECK (needs IN ('', 'large_print', 'braille'));

CREATE TABLE print_runs (
  id STR NOT NULL,
  made_at BIGINT NOT NULL,
  prints INTEGER NOT NULL,
  written_at BIGINT NOT NULL,
  CONSTRAINT print_runs_pk PRIMARY KEY (id),
  CONSTRAINT print_runs_prints CHECK (prints >= 0),
  CONSTRAINT print_runs_times_ms CHECK (made_at BETWEEN 1 AND 253402300799999 AND written_at BETWEEN 0 AND 253402300799999)
);

ALTER TABLE deliveries ADD COLUMN way STR NOT NULL DEFAULT 'email' CONSTRAINT deliveries_way_known CHECK (way IN ('email', 'letter'));
ALTER TABLE deliveries ADD COLUMN postal STR NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN print_run STR NOT NULL DEFAULT '';
CREATE INDEX deliveries_to_print ON deliveries (print_run, id) WHERE way = 'letter';
