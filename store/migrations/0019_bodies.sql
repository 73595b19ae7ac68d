-- Bodies that a manager set on the pages: they lie over those of the configuration.

CREATE TABLE bodies (
  kind STR NOT NULL,
  from_day STR NOT NULL,
  until_day STR NOT NULL,
  name STR NOT NULL,
  name_pl STR NOT NULL,
  url STR NOT NULL,
  phone STR NOT NULL,
  post STR NOT NULL,
  months INTEGER NOT NULL,
  set_by STR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT bodies_pk PRIMARY KEY (kind, from_day),
  CONSTRAINT bodies_kinds CHECK (kind IN ('ico', 'ombudsman')),
  CONSTRAINT bodies_times CHECK (at BETWEEN 0 AND 253402300799999)
);
