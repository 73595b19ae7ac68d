-- One text for both dialects. STR is TEXT with the "C" collation where there is
-- one, BYTES is the type of raw bytes; migrate.go fills them in. Times are UTC
-- milliseconds, 0 for none; flags are 0 or 1; lists are JSON.

CREATE TABLE keys (
  id STR NOT NULL,
  secret BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT keys_pk PRIMARY KEY (id),
  CONSTRAINT keys_created_at_ms CHECK (created_at BETWEEN 1 AND 253402300799999)
);

CREATE TABLE settings (
  name STR NOT NULL,
  value STR NOT NULL,
  CONSTRAINT settings_pk PRIMARY KEY (name)
);

CREATE TABLE mailboxes (
  account STR NOT NULL,
  mailbox STR NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  last_ok BIGINT NOT NULL,
  lease_owner STR NOT NULL,
  lease_until BIGINT NOT NULL,
  CONSTRAINT mailboxes_pk PRIMARY KEY (account, mailbox),
  CONSTRAINT mailboxes_uid_range CHECK (uid BETWEEN 0 AND 4294967295 AND uidvalidity BETWEEN 0 AND 4294967295),
  CONSTRAINT mailboxes_times_ms CHECK (started_at BETWEEN 0 AND 253402300799999 AND last_ok BETWEEN 0 AND 253402300799999 AND lease_until BETWEEN 0 AND 253402300799999)
);

CREATE TABLE complaints (
  id STR NOT NULL,
  reference STR NOT NULL,
  channel STR NOT NULL,
  stage STR NOT NULL,
  language STR NOT NULL,
  subject STR NOT NULL,
  summary STR NOT NULL,
  customer_name STR NOT NULL,
  customer_address STR NOT NULL,
  reply_by STR NOT NULL,
  received_at BIGINT NOT NULL,
  registered_at BIGINT NOT NULL,
  acknowledged_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  provisional INTEGER NOT NULL,
  personal_data INTEGER NOT NULL,
  conduct_flag INTEGER NOT NULL,
  previous_id STR NOT NULL,
  search STR NOT NULL,
  CONSTRAINT complaints_pk PRIMARY KEY (id),
  CONSTRAINT complaints_reference_unique UNIQUE (reference),
  CONSTRAINT complaints_channel_open CHECK (channel IN ('email', 'letter', 'form')),
  CONSTRAINT complaints_stage_known CHECK (stage IN ('received', 'acknowledged', 'investigation', 'responded', 'review', 'ombudsman', 'closed', 'withdrawn', 'merged', 'set_aside')),
  CONSTRAINT complaints_reply_by_known CHECK (reply_by IN ('', 'email', 'letter')),
  CONSTRAINT complaints_flags CHECK (provisional IN (0, 1) AND personal_data IN (0, 1) AND conduct_flag IN (0, 1)),
  CONSTRAINT complaints_times_ms CHECK (received_at BETWEEN 0 AND 253402300799999 AND registered_at BETWEEN 0 AND 253402300799999
    AND acknowledged_at BETWEEN 0 AND 253402300799999 AND closed_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX complaints_by_stage ON complaints (stage, received_at);
CREATE INDEX complaints_by_received ON complaints (received_at);

CREATE TABLE arrivals (
  id STR NOT NULL,
  channel STR NOT NULL,
  account STR NOT NULL,
  mailbox STR NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  arrived_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  sha256 STR NOT NULL,
  late INTEGER NOT NULL,
  outcome STR NOT NULL,
  complaint_id STR,
  proposed_id STR NOT NULL,
  reasons STR NOT NULL,
  held INTEGER NOT NULL,
  hold_reason STR NOT NULL,
  parked INTEGER NOT NULL,
  park_reason STR NOT NULL,
  damaged STR NOT NULL,
  attempts INTEGER NOT NULL,
  message_id STR NOT NULL,
  content_hash STR NOT NULL,
  sender STR NOT NULL,
  subject STR NOT NULL,
  blob STR NOT NULL,
  claim_at BIGINT NOT NULL,
  lease_owner STR NOT NULL,
  CONSTRAINT arrivals_pk PRIMARY KEY (id),
  CONSTRAINT arrivals_channel_open CHECK (channel IN ('email', 'letter', 'form')),
  CONSTRAINT arrivals_outcome_known CHECK (outcome IN ('', 'complaint', 'correspondence', 'refused', 'automatic', 'duplicate', 'set_aside')),
  CONSTRAINT arrivals_flags CHECK (late IN (0, 1) AND held IN (0, 1) AND parked IN (0, 1)),
  CONSTRAINT arrivals_uid_range CHECK (uid BETWEEN 0 AND 4294967295 AND uidvalidity BETWEEN 0 AND 4294967295),
  CONSTRAINT arrivals_times_ms CHECK (arrived_at BETWEEN 0 AND 253402300799999 AND recorded_at BETWEEN 0 AND 253402300799999 AND claim_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT arrivals_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE UNIQUE INDEX arrivals_position ON arrivals (account, mailbox, uidvalidity, uid) WHERE account <> '';
CREATE INDEX arrivals_pending ON arrivals (arrived_at, id) WHERE outcome = '';
CREATE INDEX arrivals_leased ON arrivals (lease_owner) WHERE lease_owner <> '';
CREATE INDEX arrivals_held_open ON arrivals (arrived_at) WHERE held = 1;
CREATE INDEX arrivals_by_complaint ON arrivals (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX arrivals_by_arrived ON arrivals (arrived_at, id);

CREATE TABLE arrival_bytes (
  arrival_id STR NOT NULL,
  raw BYTES NOT NULL,
  CONSTRAINT arrival_bytes_pk PRIMARY KEY (arrival_id),
  CONSTRAINT arrival_bytes_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id)
);

CREATE TABLE identities (
  message_id STR NOT NULL,
  content_hash STR NOT NULL,
  arrival_id STR NOT NULL,
  CONSTRAINT identities_pk PRIMARY KEY (message_id, content_hash)
);

CREATE TABLE parties (
  complaint_id STR NOT NULL,
  address STR NOT NULL,
  role STR NOT NULL,
  CONSTRAINT parties_pk PRIMARY KEY (complaint_id, address),
  CONSTRAINT parties_role_known CHECK (role IN ('customer', 'representative', 'correspondent')),
  CONSTRAINT parties_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX parties_by_address ON parties (address);

CREATE TABLE details (
  complaint_id STR NOT NULL,
  arrival_id STR NOT NULL,
  position INTEGER NOT NULL,
  kind STR NOT NULL,
  value STR NOT NULL,
  written STR NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  place STR NOT NULL,
  search STR NOT NULL,
  CONSTRAINT details_confidence_range CHECK (confidence BETWEEN 0 AND 1),
  CONSTRAINT details_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX details_by_complaint ON details (complaint_id, position);
CREATE INDEX details_by_search ON details (kind, search);

CREATE TABLE obligations (
  id STR NOT NULL,
  complaint_id STR NOT NULL,
  kind STR NOT NULL,
  round INTEGER NOT NULL,
  state STR NOT NULL,
  trigger_at BIGINT NOT NULL,
  ceiling_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  met_at BIGINT NOT NULL,
  breached_at BIGINT NOT NULL,
  deadline BIGINT NOT NULL,
  calendar STR NOT NULL,
  steps STR NOT NULL,
  CONSTRAINT obligations_pk PRIMARY KEY (id),
  CONSTRAINT obligations_round_unique UNIQUE (complaint_id, kind, round),
  CONSTRAINT obligations_kind_known CHECK (kind IN ('acknowledge', 'update', 'respond', 'review', 'tell_ombudsman', 'comply')),
  CONSTRAINT obligations_state_known CHECK (state IN ('open', 'met', 'void')),
  CONSTRAINT obligations_round_positive CHECK (round > 0),
  CONSTRAINT obligations_times_ms CHECK (trigger_at BETWEEN 0 AND 253402300799999 AND ceiling_at BETWEEN 0 AND 253402300799999
    AND due_at BETWEEN 0 AND 253402300799999 AND told_at BETWEEN 0 AND 253402300799999 AND met_at BETWEEN 0 AND 253402300799999
    AND breached_at BETWEEN 0 AND 253402300799999 AND deadline BETWEEN 0 AND 253402300799999),
  CONSTRAINT obligations_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX obligations_due ON obligations (deadline) WHERE state = 'open';

CREATE TABLE message_ids (
  message_id STR NOT NULL,
  complaint_id STR NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT message_ids_pk PRIMARY KEY (message_id, complaint_id),
  CONSTRAINT message_ids_created_at_ms CHECK (created_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT message_ids_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX message_ids_by_complaint ON message_ids (complaint_id);

CREATE TABLE deliveries (
  id STR NOT NULL,
  complaint_id STR,
  obligation_id STR NOT NULL,
  kind STR NOT NULL,
  recipient STR NOT NULL,
  recipient_fold STR NOT NULL,
  envelope_from STR NOT NULL,
  env_id STR NOT NULL,
  message_id STR NOT NULL,
  status STR NOT NULL,
  queued_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  last_error STR NOT NULL,
  sent_at BIGINT NOT NULL,
  lease_owner STR NOT NULL,
  lease_until BIGINT NOT NULL,
  CONSTRAINT deliveries_pk PRIMARY KEY (id),
  CONSTRAINT deliveries_status_known CHECK (status IN ('queued', 'sent', 'failed', 'bounced', 'withdrawn')),
  CONSTRAINT deliveries_times_ms CHECK (queued_at BETWEEN 0 AND 253402300799999 AND next_at BETWEEN 0 AND 253402300799999
    AND sent_at BETWEEN 0 AND 253402300799999 AND lease_until BETWEEN 0 AND 253402300799999),
  CONSTRAINT deliveries_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE status = 'queued';
CREATE INDEX deliveries_leased ON deliveries (lease_owner) WHERE lease_owner <> '';
CREATE INDEX deliveries_by_complaint ON deliveries (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX deliveries_by_recipient ON deliveries (recipient_fold, queued_at);
CREATE INDEX deliveries_by_message_id ON deliveries (message_id) WHERE message_id <> '';
CREATE INDEX deliveries_by_env_id ON deliveries (env_id) WHERE env_id <> '';

CREATE TABLE delivery_bytes (
  delivery_id STR NOT NULL,
  raw BYTES NOT NULL,
  CONSTRAINT delivery_bytes_pk PRIMARY KEY (delivery_id),
  CONSTRAINT delivery_bytes_delivery_fk FOREIGN KEY (delivery_id) REFERENCES deliveries (id)
);

CREATE TABLE links (
  id STR NOT NULL,
  arrival_id STR NOT NULL,
  complaint_id STR NOT NULL,
  reason STR NOT NULL,
  state STR NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT links_pk PRIMARY KEY (id),
  CONSTRAINT links_state_known CHECK (state IN ('proposed', 'confirmed', 'refused')),
  CONSTRAINT links_created_at_ms CHECK (created_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT links_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id),
  CONSTRAINT links_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX links_by_arrival ON links (arrival_id);
CREATE INDEX links_by_complaint ON links (complaint_id);

CREATE TABLE decisions (
  id STR NOT NULL,
  arrival_id STR NOT NULL,
  at BIGINT NOT NULL,
  actor STR NOT NULL,
  action STR NOT NULL,
  reason STR NOT NULL,
  before_state BYTES NOT NULL,
  undone_at BIGINT NOT NULL,
  undone_by STR NOT NULL,
  CONSTRAINT decisions_pk PRIMARY KEY (id),
  CONSTRAINT decisions_times_ms CHECK (at BETWEEN 0 AND 253402300799999 AND undone_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT decisions_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id)
);
CREATE INDEX decisions_by_arrival ON decisions (arrival_id);

CREATE TABLE chains (
  subject STR NOT NULL,
  head STR NOT NULL,
  count BIGINT NOT NULL,
  CONSTRAINT chains_pk PRIMARY KEY (subject),
  CONSTRAINT chains_count_positive CHECK (count >= 0)
);

CREATE TABLE events (
  id STR NOT NULL,
  subject STR NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor STR NOT NULL,
  kind STR NOT NULL,
  salt STR NOT NULL,
  payload_hash STR NOT NULL,
  prev STR NOT NULL,
  hash STR NOT NULL,
  CONSTRAINT events_pk PRIMARY KEY (subject, seq),
  CONSTRAINT events_seq_positive CHECK (seq > 0),
  CONSTRAINT events_at_ms CHECK (at BETWEEN 0 AND 253402300799999)
);

CREATE TABLE event_payloads (
  subject STR NOT NULL,
  seq BIGINT NOT NULL,
  payload STR NOT NULL,
  CONSTRAINT event_payloads_pk PRIMARY KEY (subject, seq),
  CONSTRAINT event_payloads_event_fk FOREIGN KEY (subject, seq) REFERENCES events (subject, seq)
);
