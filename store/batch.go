package store

import (
	"context"
	"fmt"
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
