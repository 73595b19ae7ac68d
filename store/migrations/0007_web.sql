-- What the web needs: drafts of the online form with their files, counters against
-- robots, one-time links, sessions, the accounts of staff and the answers to surveys.

CREATE TABLE form_drafts (
  id STR NOT NULL,
  complaint_id STR NOT NULL,
  language STR NOT NULL,
  answers STR NOT NULL,
  doubts STR NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  CONSTRAINT form_drafts_pk PRIMARY KEY (id),
  CONSTRAINT form_drafts_times_ms CHECK (created_at BETWEEN 1 AND 253402300799999 AND updated_at BETWEEN 1 AND 253402300799999
    AND submitted_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX form_drafts_by_updated ON form_drafts (updated_at);

CREATE TABLE form_uploads (
  id STR NOT NULL,
  draft_id STR NOT NULL,
  name STR NOT NULL,
  media_type STR NOT NULL,
  size BIGINT NOT NULL,
  sha256 STR NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT form_uploads_pk PRIMARY KEY (id),
  CONSTRAINT form_uploads_size_positive CHECK (size > 0),
  CONSTRAINT form_uploads_created_at_ms CHECK (created_at BETWEEN 1 AND 253402300799999),
  CONSTRAINT form_uploads_draft_fk FOREIGN KEY (draft_id) REFERENCES form_drafts (id)
);
CREATE INDEX form_uploads_by_draft ON form_uploads (draft_id);

CREATE TABLE rates (
  name STR NOT NULL,
  window_at BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  CONSTRAINT rates_pk PRIMARY KEY (name, window_at),
  CONSTRAINT rates_window_at_ms CHECK (window_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX rates_by_window ON rates (window_at);

CREATE TABLE one_time_links (
  token_hash STR NOT NULL,
  subject STR NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  CONSTRAINT one_time_links_pk PRIMARY KEY (token_hash),
  CONSTRAINT one_time_links_times_ms CHECK (created_at BETWEEN 1 AND 253402300799999 AND expires_at BETWEEN 1 AND 253402300799999
    AND used_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX one_time_links_by_expiry ON one_time_links (expires_at);

CREATE TABLE sessions (
  token_hash STR NOT NULL,
  kind STR NOT NULL,
  subject STR NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
  CONSTRAINT sessions_kind_known CHECK (kind IN ('customer', 'staff')),
  CONSTRAINT sessions_times_ms CHECK (created_at BETWEEN 1 AND 253402300799999 AND seen_at BETWEEN 1 AND 253402300799999
    AND expires_at BETWEEN 1 AND 253402300799999)
);
CREATE INDEX sessions_by_subject ON sessions (kind, subject);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE staff_accounts (
  name STR NOT NULL,
  role STR NOT NULL,
  aliases STR NOT NULL,
  password STR NOT NULL,
  totp_secret STR NOT NULL,
  totp_step BIGINT NOT NULL,
  recovery STR NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  CONSTRAINT staff_accounts_pk PRIMARY KEY (name),
  CONSTRAINT staff_accounts_times_ms CHECK (created_at BETWEEN 1 AND 253402300799999 AND changed_at BETWEEN 1 AND 253402300799999)
);

CREATE TABLE survey_answers (
  survey_id STR NOT NULL,
  satisfaction INTEGER NOT NULL,
  effort INTEGER NOT NULL,
  comment STR NOT NULL,
  language STR NOT NULL,
  answered_at BIGINT NOT NULL,
  opted_out_at BIGINT NOT NULL,
  CONSTRAINT survey_answers_pk PRIMARY KEY (survey_id),
  CONSTRAINT survey_answers_satisfaction_range CHECK (satisfaction BETWEEN 0 AND 5),
  CONSTRAINT survey_answers_effort_range CHECK (effort BETWEEN 0 AND 7),
  CONSTRAINT survey_answers_times_ms CHECK (answered_at BETWEEN 0 AND 253402300799999 AND opted_out_at BETWEEN 0 AND 253402300799999)
);
CREATE INDEX survey_answers_by_answered ON survey_answers (answered_at);
