-- Full-text search over what came in, what went out and what staff wrote. The words
-- are folded by Go (complaint.Words); how they are looked up differs, and stands in
-- sqlite_search.go and postgres_search.go. seq orders by time and is the index's key.

CREATE TABLE search_texts (
  seq ROWNO NOT NULL,
  id STR NOT NULL,
  words STR NOT NULL,
  CONSTRAINT search_texts_pk PRIMARY KEY (seq),
  CONSTRAINT search_texts_id_unique UNIQUE (id)
);
WORDINDEX

-- What people look for again and again.
CREATE TABLE saved_filters (
  staff STR NOT NULL,
  name STR NOT NULL,
  query STR NOT NULL,
  CONSTRAINT saved_filters_pk PRIMARY KEY (staff, name)
);
