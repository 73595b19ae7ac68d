-- One-off days that a manager set on the pages: they lie over those of the configuration.

CREATE TABLE calendar_days (
  date STR NOT NULL,
  name STR NOT NULL,
  working INTEGER NOT NULL,
  set_by STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT calendar_days_pk PRIMARY KEY (date),
  CONSTRAINT calendar_days_flags CHECK (working IN (0, 1)),
  CONSTRAINT calendar_days_times CHECK (at BETWEEN 0 AND 253402300799999)
);
