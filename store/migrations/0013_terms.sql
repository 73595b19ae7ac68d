-- The terms of the index of words, for the words that begin as another (sqlite_search.go).

SQLITE CREATE VIRTUAL TABLE search_terms USING fts5vocab(search_words, instance);
