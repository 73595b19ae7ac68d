-- The terms of the index of words, for the words that begin as another (sqlite_search.go).

VOCABULARY
