-- Erasure and retention: what was erased, on whose word, and the copies outside of the
-- database that are still to go. what names such a copy until it is gone.

CREATE TABLE erasures (
  id STR NOT NULL,
  at BIGINT NOT NULL,
  actor STR NOT NULL,
  rule STR NOT NULL,
  reason STR NOT NULL,
  complaints INTEGER NOT NULL,
  arrivals INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  CONSTRAINT erasures_pk PRIMARY KEY (id),
  CONSTRAINT erasures_rule_known CHECK (rule IN ('asked', 'retention')),
  CONSTRAINT erasures_at_ms CHECK (at BETWEEN 1 AND 253402300799999)
);

CREATE TABLE erased (
  complaint_id STR NOT NULL,
  erasure_id STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT erased_pk PRIMARY KEY (complaint_id),
  CONSTRAINT erased_at_ms CHECK (at BETWEEN 1 AND 253402300799999),
  CONSTRAINT erased_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id),
  CONSTRAINT erased_erasure_fk FOREIGN KEY (erasure_id) REFERENCES erasures (id)
);

CREATE TABLE erasure_items (
  id STR NOT NULL,
  erasure_id STR NOT NULL,
  kind STR NOT NULL,
  what STR NOT NULL,
  problem STR NOT NULL,
  done_at BIGINT NOT NULL,
  CONSTRAINT erasure_items_pk PRIMARY KEY (id),
  CONSTRAINT erasure_items_kind_known CHECK (kind IN ('bytes', 'message', 'print', 'upload', 'scan')),
  CONSTRAINT erasure_items_done_at_ms CHECK (done_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT erasure_items_erasure_fk FOREIGN KEY (erasure_id) REFERENCES erasures (id)
);
CREATE INDEX erasure_items_open ON erasure_items (erasure_id, id) WHERE done_at = 0;

-- What was erased is known again by its content alone, should it come in once more.
CREATE INDEX identities_erased ON identities (content_hash) WHERE message_id >= 'erased ' AND message_id < 'erased!';
