-- What comes on paper. A file of a scanner is kept whole, each of its pages once; a
-- letter is an arrival to which pages belong. A batch is what reached the building
-- together: letters that are known to be there may still have to be scanned.

CREATE TABLE scan_batches (
  id STR NOT NULL,
  received_at BIGINT NOT NULL,
  received_from STR NOT NULL,
  operator STR NOT NULL,
  pages INTEGER NOT NULL,
  letters INTEGER NOT NULL,
  registered_at BIGINT NOT NULL,
  problem STR NOT NULL,
  checked_at BIGINT NOT NULL,
  checked_by STR NOT NULL,
  box STR NOT NULL,
  destroy_after STR NOT NULL,
  CONSTRAINT scan_batches_pk PRIMARY KEY (id),
  CONSTRAINT scan_batches_received_from_known CHECK (received_from IN ('sheet', 'given', 'pattern', 'file', 'desk')),
  CONSTRAINT scan_batches_counts CHECK (pages >= 0 AND letters >= 0),
  CONSTRAINT scan_batches_times_ms CHECK (received_at BETWEEN 1 AND 253402300799999 AND registered_at BETWEEN 1 AND 253402300799999
    AND checked_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX scan_batches_by_received ON scan_batches (received_at);

-- id is the SHA-256 of the content: the same file again is the same row.
CREATE TABLE scan_files (
  id STR NOT NULL,
  file_blob STR NOT NULL,
  size BIGINT NOT NULL,
  name STR NOT NULL,
  source STR NOT NULL,
  file_at BIGINT NOT NULL,
  taken_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  received_from STR NOT NULL,
  pages INTEGER NOT NULL,
  state STR NOT NULL,
  problem STR NOT NULL,
  engine STR NOT NULL,
  moved_at BIGINT NOT NULL,
  lease_owner STR NOT NULL,
  lease_until BIGINT NOT NULL,
  CONSTRAINT scan_files_pk PRIMARY KEY (id),
  CONSTRAINT scan_files_state_known CHECK (state IN ('taken', 'split', 'read')),
  CONSTRAINT scan_files_received_from_known CHECK (received_from IN ('given', 'pattern', 'file')),
  CONSTRAINT scan_files_counts CHECK (size >= 0 AND pages >= 0),
  CONSTRAINT scan_files_times_ms CHECK (file_at BETWEEN 1 AND 253402300799999 AND taken_at BETWEEN 1 AND 253402300799999
    AND received_at BETWEEN 1 AND 253402300799999 AND moved_at BETWEEN 0 AND 253402300799999 AND lease_until BETWEEN 0 AND 253402300799999)
);
CREATE INDEX scan_files_unread ON scan_files (received_at, id) WHERE state <> 'read';

CREATE TABLE scan_letters (
  arrival_id STR NOT NULL,
  file_id STR NOT NULL,
  batch_id STR NOT NULL,
  sequence INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  completed_at BIGINT NOT NULL,
  typed STR NOT NULL,
  checked_at BIGINT NOT NULL,
  checked_by STR NOT NULL,
  handed_back STR NOT NULL,
  CONSTRAINT scan_letters_pk PRIMARY KEY (arrival_id),
  CONSTRAINT scan_letters_flags CHECK (whole IN (0, 1)),
  CONSTRAINT scan_letters_times_ms CHECK (completed_at BETWEEN 0 AND 253402300799999 AND checked_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT scan_letters_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id),
  CONSTRAINT scan_letters_file_fk FOREIGN KEY (file_id) REFERENCES scan_files (id),
  CONSTRAINT scan_letters_batch_fk FOREIGN KEY (batch_id) REFERENCES scan_batches (id)
);
CREATE INDEX scan_letters_by_file ON scan_letters (file_id);
CREATE INDEX scan_letters_by_batch ON scan_letters (batch_id);
CREATE INDEX scan_letters_open ON scan_letters (arrival_id) WHERE completed_at = 0;

-- Each page of a file, once. A page of a letter has the letter's arrival; sheets have
-- none. content is what the page says, in JSON.
CREATE TABLE scan_pages (
  file_id STR NOT NULL,
  number INTEGER NOT NULL,
  kind STR NOT NULL,
  batch_id STR NOT NULL,
  arrival_id STR,
  position INTEGER NOT NULL,
  hash STR NOT NULL,
  blank INTEGER NOT NULL,
  read_at BIGINT NOT NULL,
  content STR NOT NULL,
  CONSTRAINT scan_pages_pk PRIMARY KEY (file_id, number),
  CONSTRAINT scan_pages_kind_known CHECK (kind IN ('letter', 'batch', 'separator')),
  CONSTRAINT scan_pages_belongs CHECK ((kind = 'letter') = (arrival_id IS NOT NULL)),
  CONSTRAINT scan_pages_number CHECK (number > 0 AND blank IN (0, 1)),
  CONSTRAINT scan_pages_read_at_ms CHECK (read_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT scan_pages_file_fk FOREIGN KEY (file_id) REFERENCES scan_files (id),
  CONSTRAINT scan_pages_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id)
);
CREATE INDEX scan_pages_by_letter ON scan_pages (arrival_id, position) WHERE arrival_id IS NOT NULL;
CREATE INDEX scan_pages_by_batch ON scan_pages (batch_id);
