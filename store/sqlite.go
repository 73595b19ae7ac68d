package store

import (
	"context"
	"database/sql"
	"math/bits"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"
	driver "modernc.org/sqlite"
)

// sqlite is the dialect of SQLite.
type sqlite struct{}

func (sqlite) deadlock(error) bool { return false } // there is one writer

// openSQLite opens a file twice: one connection writes, since SQLite has one
// writer at a time, and a pool reads beside it (WAL). Each commit makes the readers
// give up their caches, so those are small.
func openSQLite(opt Options) (w, r *sql.DB, err error) {
	dsn := func(extra ...string) string {
		q := url.Values{"_pragma": append([]string{"busy_timeout(30000)", "journal_mode(WAL)", "synchronous(FULL)",
			"foreign_keys(1)", "secure_delete(FAST)", "temp_store(MEMORY)"}, extra...), "_txlock": {"immediate"}}
		// A path may hold what means something in a URL.
		return "file:" + (&url.URL{Path: opt.DSN}).EscapedPath() + "?" + q.Encode()
	}
	writing, err := driver.NewConnector(dsn("cache_size(-16000)"))
	if err != nil {
		return nil, nil, err
	}
	reading, err := driver.NewConnector(dsn("query_only(1)", "cache_size(-8000)"))
	if err != nil {
		return nil, nil, err
	}
	w, r = openPrepared(writing), openPrepared(reading)
	w.SetMaxOpenConns(1)
	r.SetMaxOpenConns(opt.MaxConns)
	r.SetMaxIdleConns(opt.MaxConns)
	return w, r, nil
}

func (sqlite) bind() int { return sqlx.QUESTION }

func (d sqlite) schema(text string) string {
	return strings.NewReplacer("WORDINDEX", d.wordIndex(), " ROWNO", " INTEGER", " STR", " TEXT", " BYTES", " BLOB").Replace(linesFor("SQLITE ", text))
}

// list repeats the last value up to a power of two, so that there are few texts to prepare.
func (sqlite) list(values []any) (string, []any) {
	n := rounded(len(values))
	for len(values) < n {
		values = append(values, values[len(values)-1])
	}
	return "(?" + strings.Repeat(",?", n-1) + ")", values
}

// rounded is the power of two that is not below n; 0 for 0.
func rounded(n int) int {
	if n <= 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

func (sqlite) rows(cols []column, rows [][]any) (string, []any) {
	row := "(?" + strings.Repeat(",?", len(cols)-1) + ")"
	args := make([]any, 0, len(rows)*len(cols))
	for _, r := range rows {
		args = append(args, r...)
	}
	return "(VALUES " + row + strings.Repeat(","+row, len(rows)-1) + ") AS v", args
}

// chunk stays below SQLite's 32,766 parameters.
func (sqlite) chunk(cols []column) int { return 5000 / len(cols) }

// together: there is no round trip to save.
func (sqlite) together() bool { return false }

func (sqlite) claim(table, set, where, order, columns string) string {
	return "UPDATE " + table + " SET " + set + " WHERE id IN (SELECT id FROM " + table + " WHERE " + where +
		" ORDER BY " + order + " LIMIT ?) RETURNING " + columns
}

func (sqlite) tables() string {
	return `SELECT m.name FROM sqlite_master m JOIN pragma_table_list l ON l.name = m.name
		WHERE m.type = 'table' AND l.schema = 'main' AND l.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'schema_versions' ORDER BY m.rowid`
}

func (sqlite) load(table string, columns []string) string {
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (?" + strings.Repeat(",?", len(columns)-1) + ")"
}

func (sqlite) loaded(context.Context, *sql.Stmt) error { return nil }

// locking: a writing transaction of SQLite has locked everything.
func (sqlite) locking() string { return "" }

// forgetting: SQLite leaves what was deleted in its pages, and the index of words in
// its segments, unless it is told otherwise.
func (sqlite) forgetting() []string {
	return []string{"PRAGMA secure_delete = ON", "INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1)"}
}

// forgotten empties the log of writes too, as far as nobody reads at this moment.
func (sqlite) forgotten() []string {
	return []string{"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA secure_delete = FAST"}
}

// lockTogether: a writing transaction of SQLite is alone.
func (sqlite) lockTogether(string, bool) string { return "" }

// snapshot needs nothing: a transaction of SQLite sees one state.
func (sqlite) snapshot() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }
