-- Surveys (P7): whom we asked, and whom we did not ask and why. A complaint and a
-- contact with support are decided about once. And whether a review changed the
-- decision (P15), for the report.

ALTER TABLE records ADD COLUMN review_changed INTEGER NOT NULL DEFAULT 0 CONSTRAINT records_review_changed CHECK (review_changed IN (0, 1));

CREATE TABLE surveys (
  id STR NOT NULL,
  source STR NOT NULL,
  complaint_id STR,
  address STR NOT NULL,
  address_fold STR NOT NULL,
  language STR NOT NULL,
  contact_at BIGINT NOT NULL,
  state STR NOT NULL,
  why STR NOT NULL,
  decided_at BIGINT NOT NULL,
  answer_by BIGINT NOT NULL,
  delivery_id STR NOT NULL,
  lesson STR NOT NULL,
  lesson_owner STR NOT NULL,
  lesson_due STR NOT NULL,
  lesson_done STR NOT NULL,
  CONSTRAINT surveys_pk PRIMARY KEY (id),
  CONSTRAINT surveys_once_per_complaint UNIQUE (complaint_id),
  CONSTRAINT surveys_source_known CHECK (source IN ('closure', 'campaign')),
  CONSTRAINT surveys_state_known CHECK (state IN ('invited', 'skipped')),
  CONSTRAINT surveys_times_ms CHECK (contact_at BETWEEN 0 AND 253402300799999 AND decided_at BETWEEN 1 AND 253402300799999
    AND answer_by BETWEEN 0 AND 253402300799999),
  CONSTRAINT surveys_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
CREATE INDEX surveys_by_address ON surveys (address_fold, decided_at);
CREATE INDEX surveys_by_decided ON surveys (decided_at);
CREATE INDEX surveys_by_delivery ON surveys (delivery_id) WHERE delivery_id <> '';
CREATE INDEX complaints_by_closed ON complaints (closed_at) WHERE closed_at > 0;
