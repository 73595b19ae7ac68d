-- The life of a complaint: what staff add, whom it is about, what they did, and what
-- the clock has done once. A complaint has no row in records before somebody works
-- on it, so that intake writes no more than it did.

ALTER TABLE obligations ADD COLUMN extend_to BIGINT NOT NULL DEFAULT 0 CONSTRAINT obligations_extend_to_ms CHECK (extend_to BETWEEN 0 AND 253402300799999);
ALTER TABLE obligations ADD COLUMN before_at BIGINT NOT NULL DEFAULT 0 CONSTRAINT obligations_before_at_ms CHECK (before_at BETWEEN 0 AND 253402300799999);

CREATE TABLE records (
  complaint_id STR NOT NULL,
  version INTEGER NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by STR NOT NULL,
  owner STR NOT NULL,
  team STR NOT NULL,
  category STR NOT NULL,
  account STR NOT NULL,
  building STR NOT NULL,
  room STR NOT NULL,
  remedy STR NOT NULL,
  root_cause STR NOT NULL,
  result STR NOT NULL,
  redress_kind STR NOT NULL,
  redress_pence BIGINT NOT NULL,
  lesson STR NOT NULL,
  lesson_owner STR NOT NULL,
  lesson_due STR NOT NULL,
  lesson_done STR NOT NULL,
  vulnerable INTEGER NOT NULL,
  representative STR NOT NULL,
  authority STR NOT NULL,
  personal_state STR NOT NULL,
  personal_by STR NOT NULL,
  personal_reason STR NOT NULL,
  personal_at BIGINT NOT NULL,
  conduct_state STR NOT NULL,
  conduct_by STR NOT NULL,
  conduct_reason STR NOT NULL,
  conduct_at BIGINT NOT NULL,
  responded_by STR NOT NULL,
  reviewer STR NOT NULL,
  deadlock_at BIGINT NOT NULL,
  referred_at BIGINT NOT NULL,
  ombudsman_reference STR NOT NULL,
  decided_at BIGINT NOT NULL,
  ombudsman_result STR NOT NULL,
  legal_hold INTEGER NOT NULL,
  merged_into STR NOT NULL,
  matter STR NOT NULL,
  closed_because STR NOT NULL,
  CONSTRAINT records_pk PRIMARY KEY (complaint_id),
  CONSTRAINT records_version_positive CHECK (version > 0),
  CONSTRAINT records_category_known CHECK (category IN ('', 'fault', 'speed', 'wifi', 'installation', 'billing', 'switching', 'staff', 'personal_data', 'accessibility', 'handling')),
  CONSTRAINT records_result_known CHECK (result IN ('', 'upheld', 'partly', 'not', 'withdrawn')),
  CONSTRAINT records_rulings_known CHECK (personal_state IN ('', 'confirmed', 'dropped') AND conduct_state IN ('', 'confirmed', 'dropped')),
  CONSTRAINT records_closed_because_known CHECK (closed_because IN ('', 'settled', 'quiet', 'withdrawn', 'ombudsman')),
  CONSTRAINT records_flags CHECK (vulnerable IN (0, 1) AND legal_hold IN (0, 1)),
  CONSTRAINT records_redress_range CHECK (redress_pence >= 0),
  CONSTRAINT records_times_ms CHECK (updated_at BETWEEN 0 AND 253402300799999 AND personal_at BETWEEN 0 AND 253402300799999
    AND conduct_at BETWEEN 0 AND 253402300799999 AND deadlock_at BETWEEN 0 AND 253402300799999
    AND referred_at BETWEEN 0 AND 253402300799999 AND decided_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT records_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX records_by_owner ON records (owner) WHERE owner <> '';
CREATE INDEX records_by_matter ON records (matter) WHERE matter <> '';
CREATE INDEX records_by_merged_into ON records (merged_into) WHERE merged_into <> '';

CREATE TABLE abouts (
  complaint_id STR NOT NULL,
  staff_fold STR NOT NULL,
  staff STR NOT NULL,
  state STR NOT NULL,
  decided_by STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT abouts_pk PRIMARY KEY (complaint_id, staff_fold),
  CONSTRAINT abouts_state_known CHECK (state IN ('provisional', 'confirmed', 'dropped')),
  CONSTRAINT abouts_at_ms CHECK (at BETWEEN 0 AND 253402300799999),
  CONSTRAINT abouts_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX abouts_by_staff ON abouts (staff_fold);

-- What was done to help (P5).
CREATE TABLE deeds (
  id STR NOT NULL,
  complaint_id STR NOT NULL,
  at BIGINT NOT NULL,
  actor STR NOT NULL,
  what STR NOT NULL,
  CONSTRAINT deeds_pk PRIMARY KEY (id),
  CONSTRAINT deeds_at_ms CHECK (at BETWEEN 0 AND 253402300799999),
  CONSTRAINT deeds_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX deeds_by_complaint ON deeds (complaint_id, at);

-- What the ombudsman's decision asks for (P16).
CREATE TABLE tasks (
  id STR NOT NULL,
  complaint_id STR NOT NULL,
  what STR NOT NULL,
  due_at BIGINT NOT NULL,
  made_by STR NOT NULL,
  made_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  done_by STR NOT NULL,
  note STR NOT NULL,
  CONSTRAINT tasks_pk PRIMARY KEY (id),
  CONSTRAINT tasks_times_ms CHECK (due_at BETWEEN 0 AND 253402300799999 AND made_at BETWEEN 0 AND 253402300799999 AND done_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT tasks_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX tasks_by_complaint ON tasks (complaint_id, made_at);

-- The answer that is being written: one a complaint, so that two people do not
-- write at once.
CREATE TABLE answer_drafts (
  complaint_id STR NOT NULL,
  kind STR NOT NULL,
  author STR NOT NULL,
  started_at BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  state STR NOT NULL,
  version INTEGER NOT NULL,
  fields STR NOT NULL,
  CONSTRAINT answer_drafts_pk PRIMARY KEY (complaint_id),
  CONSTRAINT answer_drafts_state_known CHECK (state IN ('writing', 'awaiting')),
  CONSTRAINT answer_drafts_times_ms CHECK (started_at BETWEEN 0 AND 253402300799999 AND saved_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT answer_drafts_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);

-- What a customer wrote after the first message: it waits for an answer.
CREATE TABLE customer_replies (
  arrival_id STR NOT NULL,
  complaint_id STR NOT NULL,
  at BIGINT NOT NULL,
  wish STR NOT NULL,
  words STR NOT NULL,
  delivery_id STR NOT NULL,
  settled_at BIGINT NOT NULL,
  settled_by STR NOT NULL,
  settled_reason STR NOT NULL,
  CONSTRAINT customer_replies_pk PRIMARY KEY (arrival_id),
  CONSTRAINT customer_replies_wish_known CHECK (wish IN ('', 'dissatisfied', 'escalate', 'appeal', 'ombudsman', 'withdraw', 'satisfied')),
  CONSTRAINT customer_replies_times_ms CHECK (at BETWEEN 0 AND 253402300799999 AND settled_at BETWEEN 0 AND 253402300799999),
  CONSTRAINT customer_replies_arrival_fk FOREIGN KEY (arrival_id) REFERENCES arrivals (id),
  CONSTRAINT customer_replies_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX customer_replies_by_complaint ON customer_replies (complaint_id, at);
CREATE INDEX customer_replies_waiting ON customer_replies (at) WHERE settled_at = 0;

-- What is done once and never again, however many nodes there are: reminders,
-- digests.
CREATE TABLE done_once (
  name STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT done_once_pk PRIMARY KEY (name),
  CONSTRAINT done_once_at_ms CHECK (at BETWEEN 0 AND 253402300799999)
);
