package store

import "strings"

// wordIndex is FTS5 over the table of texts, kept by triggers: the words stand in the
// table alone.
func (sqlite) wordIndex() string {
	return `CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_texts', content_rowid='seq', tokenize='unicode61 remove_diacritics 0');
CREATE TRIGGER search_texts_created AFTER INSERT ON search_texts BEGIN
  INSERT INTO search_words (rowid, words) VALUES (new.seq, new.words);
END;
CREATE TRIGGER search_texts_deleted AFTER DELETE ON search_texts BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.seq, old.words);
END;
CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.seq, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.seq, new.words);
END;`
}

// matching finds the newest texts that hold words beginning with each of these.
func (sqlite) matching(words []string) (query, match string) {
	return "SELECT id FROM search_texts WHERE seq IN (SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?)",
		`"` + strings.Join(words, `"* AND "`) + `"*`
}
