package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// column is a column of a gathered write: its name and its type in casts.
type column struct{ name, kind string }

// statement is a gathered write of many rows: an INSERT, or an UPDATE by its
// first column.
type statement struct {
	table    string
	update   bool
	cols     []column
	conflict string // end of an INSERT
}

// insertInto describes an INSERT; columns read "name kind, name kind".
func insertInto(table, columns, conflict string) *statement {
	return &statement{table: table, cols: parseColumns(columns), conflict: conflict}
}

// updateOf describes an UPDATE of rows found by the first column.
func updateOf(table, columns string) *statement {
	return &statement{table: table, update: true, cols: parseColumns(columns)}
}

func parseColumns(s string) []column {
	var cols []column
	for _, c := range strings.Split(s, ",") {
		name, kind, _ := strings.Cut(strings.TrimSpace(c), " ")
		cols = append(cols, column{name, kind})
	}
	return cols
}

func (st *statement) sql(source string) string {
	var b strings.Builder
	if st.update {
		fmt.Fprintf(&b, "UPDATE %s SET ", st.table)
		for i, c := range st.cols[1:] {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s = v.column%d", c.name, i+2)
		}
		fmt.Fprintf(&b, " FROM %s WHERE %s.%s = v.column1", source, st.table, st.cols[0].name)
		return b.String()
	}
	fmt.Fprintf(&b, "INSERT INTO %s (", st.table)
	for i, c := range st.cols {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.name)
	}
	b.WriteString(") SELECT ")
	for i := range st.cols {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "column%d", i+1)
	}
	// WHERE true: without it SQLite takes ON CONFLICT for a join's ON.
	fmt.Fprintf(&b, " FROM %s WHERE true %s", source, st.conflict)
	return b.String()
}

// run sends rows, in as few statements as the dialect allows.
func (c conn) run(ctx context.Context, st *statement, rows [][]any) error {
	if st.update {
		rows = lastOfEach(rows)
	}
	for len(rows) > 0 {
		n := min(len(rows), c.d.chunk(st.cols))
		source, args := c.d.rows(st.cols, rows[:n])
		if _, err := c.exec(ctx, st.sql(source), args...); err != nil {
			return fmt.Errorf("store: write %s: %w", st.table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// gathered are the rows of one statement.
type gathered struct {
	st   *statement
	rows [][]any
}

// runAll sends the rows of several statements in their order. Where the dialect
// can, those of different tables go in one round trip: none of them sees what the
// others do, so a table that comes again starts the next one.
func (c conn) runAll(ctx context.Context, all []gathered) error {
	var group []gathered
	send := func() error {
		defer func() { group = nil }()
		if len(group) == 1 {
			return c.run(ctx, group[0].st, group[0].rows)
		}
		return c.together(ctx, group)
	}
	for _, g := range all {
		if !c.d.together() || len(g.rows) > c.d.chunk(g.st.cols) {
			if err := send(); err != nil {
				return err
			}
			if err := c.run(ctx, g.st, g.rows); err != nil {
				return err
			}
			continue
		}
		if slices.ContainsFunc(group, func(o gathered) bool { return o.st.table == g.st.table }) {
			if err := send(); err != nil {
				return err
			}
		}
		group = append(group, g)
	}
	return send()
}

// together sends a group in one statement. PostgreSQL checks foreign keys at the
// end of it.
func (c conn) together(ctx context.Context, group []gathered) error {
	if len(group) == 0 {
		return nil
	}
	var text strings.Builder
	var args []any
	var tables []string
	for i, g := range group {
		rows := g.rows
		if g.st.update {
			rows = lastOfEach(rows)
		}
		source, some := c.d.rows(g.st.cols, rows)
		fmt.Fprintf(&text, "%s w%d AS (%s)", map[bool]string{true: "WITH", false: ","}[i == 0], i, g.st.sql(source))
		args, tables = append(args, some...), append(tables, g.st.table)
	}
	text.WriteString(" SELECT 1")
	if _, err := c.exec(ctx, text.String(), args...); err != nil {
		return fmt.Errorf("store: write %s: %w", strings.Join(tables, ", "), err)
	}
	return nil
}

// lastOfEach keeps the last row of each key: which of two an UPDATE … FROM takes
// is undefined.
func lastOfEach(rows [][]any) [][]any {
	at := make(map[any]int, len(rows))
	out := rows[:0:0]
	for _, r := range rows {
		if i, ok := at[r[0]]; ok {
			out[i] = r
			continue
		}
		at[r[0]] = len(out)
		out = append(out, r)
	}
	return out
}
