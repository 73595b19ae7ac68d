package store

import (
	"context"
	"strings"
)

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

// maxTerms is how many terms that begin as a word are looked up one by one.
const maxTerms = 64

// matching finds the newest texts that hold words as these. FTS5 gathers all that a
// prefix matches before it gives the first; whole terms it walks from the newest on,
// so a prefix is written out.
func (sqlite) matching(ctx context.Context, c conn, words []string) (query string, args []any, err error) {
	var all []string
	for _, w := range words {
		terms := []string{w}
		if begins(w) {
			if terms, err = termsOf(ctx, c, w); err != nil {
				return "", nil, err
			}
		}
		if len(terms) == maxTerms {
			all = append(all, `"`+w+`"*`)
		} else {
			all = append(all, `("`+strings.Join(terms, `" OR "`)+`")`)
		}
	}
	return "SELECT id FROM search_texts WHERE seq IN (SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?)",
		[]any{strings.Join(all, " AND "), maxHits}, nil
}

// termsOf lists the terms that begin as a word, from one to the next without what lies
// between them, at most maxTerms; the word itself when there are none.
func termsOf(ctx context.Context, c conn, word string) ([]string, error) {
	const beyond = " || char(1114111)" // sorts behind all that begin as what is before it
	terms, err := list(ctx, c, "terms", func(row scanner) (t string, err error) { return t, row.Scan(&t) }, `
		WITH RECURSIVE terms (term) AS (
			SELECT (SELECT term FROM search_terms WHERE term >= ?1 LIMIT 1)
			UNION ALL SELECT (SELECT term FROM search_terms WHERE term >= terms.term || char(1) LIMIT 1) FROM terms WHERE term < ?1`+beyond+`)
		SELECT term FROM terms WHERE term < ?1`+beyond+` LIMIT ?2`, word, maxTerms)
	if len(terms) == 0 {
		terms = []string{word}
	}
	return terms, err
}
