-- What staff said about the details of a complaint (P9). It stands beside what was
-- found, which may be found again when a letter is read again.

CREATE TABLE evidence (
  complaint_id STR NOT NULL,
  kind STR NOT NULL,
  found STR NOT NULL,
  value STR NOT NULL,
  said_by STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT evidence_pk PRIMARY KEY (complaint_id, kind, found),
  CONSTRAINT evidence_complaint_fk FOREIGN KEY (complaint_id) REFERENCES complaints (id)
);
