package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// postgres is the dialect of PostgreSQL.
type postgres struct{}

func (postgres) deadlock(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "40P01"
}

// openPostgres opens a pool to write and one to read. With binary_parameters a query
// without a prepared statement needs one round trip instead of two.
func openPostgres(opt Options) (w, r *sql.DB, err error) {
	dsn := opt.DSN
	switch {
	case strings.Contains(dsn, "binary_parameters"):
	case strings.Contains(dsn, "://") && strings.Contains(dsn, "?"):
		dsn += "&binary_parameters=yes"
	case strings.Contains(dsn, "://"):
		dsn += "?binary_parameters=yes"
	default:
		dsn += " binary_parameters=yes"
	}
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, nil, err
	}
	pool := func(c driver.Connector, most int) *sql.DB {
		db := openPrepared(c)
		db.SetMaxOpenConns(most)
		db.SetMaxIdleConns(most)
		return db
	}
	return pool(tuned{connector, short + byKey}, opt.MaxConns), pool(tuned{connector, short}, max(1, opt.MaxConns/2)), nil
}

// What connections are set to.
const (
	// short queries: what the server prepares for long ones, compiled code and more
	// processes, takes longer than all that ours do.
	short = "SET jit = off; SET max_parallel_workers_per_gather = 0; SET random_page_cost = 1.1;"
	// byKey: who writes looks up few rows by their key. A plan that was made while a
	// table was small would go on to read all of it when it has grown.
	byKey = "SET enable_seqscan = off;"
)

// tuned is a connector that sets each connection.
type tuned struct {
	driver.Connector
	settings string
}

func (t tuned) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := t.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.(driver.ExecerContext).ExecContext(ctx, t.settings, nil); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (postgres) bind() int { return sqlx.DOLLAR }

func (d postgres) schema(text string) string {
	return strings.NewReplacer("WORDINDEX", d.wordIndex(), " ROWNO", " BIGINT", " STR", ` TEXT COLLATE "C"`, " BYTES", " BYTEA").Replace(linesFor("POSTGRES ", text))
}

// rows sends a column as one array, so that the text of the statement is the same for
// any number of rows. Raw bytes would double in an array's text form: those of a column
// are sent in one piece, which the database cuts.
func (d postgres) rows(cols []column, rows [][]any) (string, []any) {
	var pieces, arrays []any
	var out, types, names []string
	add := func(kind, name string, values []any) {
		types, names, arrays = append(types, "?::"+kind+"[]"), append(names, name), append(arrays, array(values))
	}
	for i, c := range cols {
		values := make([]any, len(rows))
		for j, r := range rows {
			values[j] = value(r[i])
		}
		name := fmt.Sprintf("column%d", i+1)
		if c.kind != "bytea" {
			add(c.kind, name, values)
			out = append(out, name)
			continue
		}
		piece, from, length := joined(values)
		pieces = append(pieces, piece)
		add("int", fmt.Sprintf("from%d", i+1), from)
		add("int", fmt.Sprintf("length%d", i+1), length)
		out = append(out, fmt.Sprintf("substring(?::bytea FROM from%d FOR length%[1]d) AS %s", i+1, name))
	}
	source := "unnest(" + strings.Join(types, ", ") + ") AS v(" + strings.Join(names, ", ") + ")"
	if len(pieces) > 0 {
		source = "(SELECT " + strings.Join(out, ", ") + " FROM " + source + ") AS v"
	}
	return source, append(pieces, arrays...)
}

// array is the parameter of an array. Values of one kind need no look at the kind of each.
func array(values []any) any {
	if texts, ok := each[string](values); ok {
		return pq.StringArray(texts)
	}
	if numbers, ok := each[int64](values); ok {
		return pq.Int64Array(numbers)
	}
	return pq.Array(values)
}

// each gives values that are all of one type.
func each[T any](values []any) ([]T, bool) {
	all := make([]T, len(values))
	for i, v := range values {
		t, ok := v.(T)
		if !ok {
			return nil, false
		}
		all[i] = t
	}
	return all, true
}

// joined puts byte strings one behind the other, and says where each begins, counted
// from 1, and how long it is; the length of none is nil.
func joined(values []any) (piece []byte, from, length []any) {
	size := 0
	for _, v := range values {
		b, _ := v.([]byte)
		size += len(b)
	}
	piece = make([]byte, 0, size)
	for _, v := range values {
		b, _ := v.([]byte)
		from = append(from, int64(len(piece)+1))
		if b == nil {
			length = append(length, nil)
			continue
		}
		length = append(length, int64(len(b)))
		piece = append(piece, b...)
	}
	return piece, from, length
}

// list sends all values as one array. A list of parameters would be compared one by one
// with each row wherever the planner does not take an index, as it does for small tables.
func (postgres) list(values []any) (string, []any) {
	return "(SELECT unnest(?::text[]))", []any{array(values)}
}

// chunk stays below PostgreSQL's 65,535 parameters.
func (postgres) chunk(cols []column) int { return 10000 / len(cols) }

func (postgres) together() bool { return true }

func (postgres) claim(table, set, where, order, columns string) string {
	return "UPDATE " + table + " SET " + set + " WHERE id IN (SELECT id FROM " + table + " WHERE " + where +
		" ORDER BY " + order + " LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING " + columns
}

func (postgres) tables() string {
	return `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> 'schema_versions' ORDER BY oid`
}

func (postgres) load(table string, columns []string) string {
	return "COPY " + table + " (" + strings.Join(columns, ", ") + ") FROM STDIN"
}

// loaded: COPY checks and stores its rows at its end.
func (postgres) loaded(ctx context.Context, st *sql.Stmt) error {
	_, err := st.ExecContext(ctx)
	return err
}

func (postgres) locking() string { return " FOR UPDATE" }

// forgetting: old rows go by PostgreSQL's own vacuum, which nobody can see meanwhile.
func (postgres) forgetting() []string { return nil }

func (postgres) forgotten() []string { return nil }

func (postgres) lockTogether(name string, alone bool) string {
	how := map[bool]string{true: "pg_advisory_xact_lock", false: "pg_advisory_xact_lock_shared"}[alone]
	return "SELECT " + how + "(hashtext('skarga " + name + " ' || current_schema()))"
}

func (postgres) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}
