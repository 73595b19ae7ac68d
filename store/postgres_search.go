package store

import (
	"context"
	"strconv"
	"strings"
)

// wordIndex is GIN over the table of texts.
func (postgres) wordIndex() string {
	return "CREATE INDEX search_texts_words ON search_texts USING gin (to_tsvector('simple', words));"
}

// newestTexts is how many texts are looked through one by one before GIN is asked. It
// gives all that match before it gives the newest, and of a common word that is
// hundreds of thousands.
const newestTexts = 10_000

// matching finds the newest texts that hold words as these: among the newest first,
// which is enough for common words, then, for rare ones, by the index. strpos is thrice as
// fast as LIKE. The sum keeps the planner from walking all texts by their age.
func (postgres) matching(_ context.Context, _ conn, words []string) (query string, args []any, err error) {
	lexemes, walked := make([]string, len(words)), "1 = 1"
	for i, w := range words {
		lexeme, padded := w, " "+w+" "
		if begins(w) {
			lexeme, padded = w+":*", " "+w
		}
		lexemes[i], walked, args = lexeme, walked+" AND strpos(t.padded, ?) > 0", append(args, padded)
	}
	return `WITH newest AS MATERIALIZED (SELECT id FROM (SELECT id, ' ' || words || ' ' AS padded FROM search_texts ORDER BY seq DESC LIMIT ` + strconv.Itoa(newestTexts) + `) t WHERE ` + walked + ` LIMIT ?)
		SELECT id FROM newest UNION ALL (SELECT id FROM search_texts WHERE (SELECT count(*) FROM newest) < ? AND to_tsvector('simple', words) @@ to_tsquery('simple', ?) ORDER BY seq + 0 DESC LIMIT ?)`,
		append(args, maxHits, maxHits, strings.Join(lexemes, " & "), maxHits), nil
}
