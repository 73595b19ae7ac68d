package store

import "strings"

// wordIndex is GIN over the table of texts.
func (postgres) wordIndex() string {
	return "CREATE INDEX search_texts_words ON search_texts USING gin (to_tsvector('simple', words));"
}

// matching finds the newest texts that hold words beginning with each of these. The
// sum keeps the planner from walking all texts by their age.
func (postgres) matching(words []string) (query, match string) {
	return "SELECT id FROM search_texts WHERE to_tsvector('simple', words) @@ to_tsquery('simple', ?) ORDER BY seq + 0 DESC LIMIT ?",
		strings.Join(words, ":* & ") + ":*"
}
