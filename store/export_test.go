package store

import (
	"context"
	"slices"
	"strings"
)

// MigrateTo brings the schema to an older version, for tests of what follows it.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// Exec writes past the store's own functions, as an older version did.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, query, args...)
		return err
	})
}

// Column is a column of the schema as it is.
type Column struct {
	Table, Name string
	Text        bool // text or raw bytes
}

// Columns lists the columns of all our tables.
func (s *Store) Columns(ctx context.Context) (all []Column, err error) {
	tables, err := s.reads().tables(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		rows, err := s.r.QueryContext(ctx, "SELECT * FROM "+t+" WHERE 1 = 0")
		if err != nil {
			return nil, err
		}
		types, err := rows.ColumnTypes()
		if err != nil {
			return nil, err
		}
		for _, c := range types {
			kind := c.DatabaseTypeName()
			all = append(all, Column{t, c.Name(), kind == "TEXT" || isBytes(kind)})
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Erases says what erasure does to a column: "" for nothing.
func Erases(table, column string) string {
	for _, p := range personalContent {
		if p.table != table {
			continue
		}
		if p.remove {
			return "removed"
		}
		for _, list := range []string{p.empty, p.list, p.marked, p.bytes} {
			if slices.Contains(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }), column) {
				return "emptied"
			}
		}
		if _, ok := p.set[column]; ok {
			return "set"
		}
	}
	return ""
}

// Texts reads every text and every raw byte of a table.
func (s *Store) Texts(ctx context.Context, table string) (all []string, err error) {
	rows, err := s.r.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			if text, ok := v.(string); ok {
				all = append(all, names[i]+"="+text)
			}
		}
	}
	return all, rows.Err()
}
