package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

// dialect is what SQLite and PostgreSQL do not say alike.
type dialect interface {
	// bind is sqlx's kind of placeholder.
	bind() int
	// schema fills the types into the text of a migration.
	schema(text string) string
	// rows gives n rows of columns as a source for INSERT and UPDATE, with the
	// columns named column1, column2 …, and what to pass for them.
	rows(cols []column, rows [][]any) (source string, args []any)
	// list writes an IN list of values, and gives what to pass for it.
	list(values []any) (text string, args []any)
	// chunk is the largest number of rows that one statement takes.
	chunk(cols []column) int
	// deadlock says whether the database ended a transaction for another's sake.
	deadlock(err error) bool
	// together says whether writes of several tables may share one statement.
	together() bool
	// claim gives the SQL that leases rows: table, the columns set, the
	// condition and order, with LIMIT ? at its end.
	claim(table, set, where, order, columns string) string
	// tables is the query for the names of our tables, in the order of their making.
	tables() string
	// load gives the SQL of a prepared statement that takes one row of a table at
	// each call, and loaded ends it.
	load(table string, columns []string) string
	loaded(ctx context.Context, st *sql.Stmt) error
	// locking ends a SELECT whose rows are locked until the commit.
	locking() string
	// wordIndex is the SQL of a migration that makes the index of words.
	wordIndex() string
	// matching gives the query for the IDs of the newest texts with words as these, at
	// most maxHits of them.
	matching(ctx context.Context, c conn, words []string) (query string, args []any, err error)
	// forgetting are the statements after which what a transaction deletes does not stay
	// in the files; forgotten are those that end it, after the commit.
	forgetting() []string
	forgotten() []string
	// lockTogether is the statement that takes a named lock until the transaction
	// ends, alone or beside others; empty where a writing transaction is alone anyway.
	lockTogether(name string, alone bool) string
	// snapshot are the options of a transaction that reads one state.
	snapshot() *sql.TxOptions
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// conn runs queries of the common text, with ? for parameters.
type conn struct {
	q querier
	d dialect
}

func (c conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	query, args = c.bound(query, args)
	res, err := c.q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// each calls scan for every row.
func (c conn) each(ctx context.Context, scan func(rows) error, query string, args ...any) error {
	query, args = c.bound(query, args)
	all, err := c.q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer all.Close()
	for all.Next() {
		if err := scan(all); err != nil {
			return err
		}
	}
	return all.Err()
}

// scanner is a row, of one or of many.
type scanner interface{ Scan(dest ...any) error }

// rows are the rows of one query.
type rows = *sql.Rows

// found turns a missing row from an error into false.
func found[T any](v T, err error) (T, bool, error) {
	if errors.Is(err, ErrNotFound) {
		return v, false, nil
	}
	return v, err == nil, err
}

// list reads all rows with a scan function of an entity.
func list[T any](ctx context.Context, c conn, what string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := c.each(ctx, func(row rows) error {
		v, err := scan(row)
		all = append(all, v)
		return err
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list %s: %w", what, err)
	}
	return all, nil
}

// scanID reads a row of one column that is a text.
func scanID(row scanner) (id string, err error) {
	err = row.Scan(&id)
	return id, err
}

// get reads one row; ErrNotFound is wrapped when there is none.
func get[T any](ctx context.Context, c conn, what, name string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	all, err := list(ctx, c, what, scan, query, args...)
	var none T
	switch {
	case err != nil:
		return none, err
	case len(all) == 0:
		return none, fmt.Errorf("store: get %s %s: no such %s: %w", what, name, what, ErrNotFound)
	}
	return all[0], nil
}

// in is an IN list of n values, which anys passes.
func in(n int) string {
	if n == 0 {
		return "(NULL)"
	}
	return inList
}

// inList stands for an IN list until its dialect writes it.
const inList = "(?*)"

// listed are the values of one IN list.
type listed []any

// anys makes the parameter of an IN list.
func anys[T any](list []T) []any {
	if len(list) == 0 {
		return nil
	}
	values := make(listed, len(list))
	for i, v := range list {
		values[i] = v
	}
	return []any{values}
}

// bound gives a query and its parameters as the driver takes them.
func (c conn) bound(query string, args []any) (string, []any) {
	out := make([]any, 0, len(args))
	for _, a := range args {
		if l, ok := a.(listed); ok {
			text, some := c.d.list(values(l))
			query = strings.Replace(query, inList, text, 1)
			out = append(out, some...)
			continue
		}
		out = append(out, value(a))
	}
	return sqlx.Rebind(c.d.bind(), query), out
}

// inChunk is how many values go into one IN list.
const inChunk = 500

// chunks calls fn with parts of a list that fit into one IN list.
func chunks[T any](list []T, fn func([]T) error) error {
	for len(list) > 0 {
		n := min(len(list), inChunk)
		if err := fn(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
