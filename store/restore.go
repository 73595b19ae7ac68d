package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// ErrNotEmpty is returned by a restore into a database that holds records.
var ErrNotEmpty = errors.New("there are records already; restore into an empty database")

// Restored says what a restore did beside taking records in.
type Restored struct {
	Manifest
	Counts
	// Withheld are the deliveries that were queued when the backup was taken: they
	// may have left since, so that a person has to release them.
	Withheld int
	Answers  []string // the complaints among them that wait for more than their acknowledgement, by reference
}

// RestoredAt is the setting that holds when this database was restored from a
// backup (RFC 3339). Mail that arrived before and comes in again may have been
// answered by the program that was lost.
const RestoredAt = "restored_at"

// Restore takes a backup into an empty database, on either kind, and brings it to
// this version's schema. Nothing is sent twice: what was queued waits for a person,
// and so does the answer to what was not judged yet. A fault leaves the database
// empty; an incomplete backup is refused.
func (s *Store) Restore(ctx context.Context, r io.Reader, progress func(what string)) (Restored, error) {
	if progress == nil {
		progress = func(string) {}
	}
	res := &restore{s: s, progress: progress}
	res.Rows = map[string]int{}
	err := res.run(ctx, r)
	if err != nil {
		return res.Restored, fmt.Errorf("store: restore: %w", err)
	}
	p, err := s.provider()
	if err == nil {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return res.Restored, fmt.Errorf("store: restore: the records are in, their schema could not be brought up to date: %w", err)
	}
	return res.Restored, nil
}

type restore struct {
	Restored
	s        *Store
	progress func(string)
	ended    bool
}

func (res *restore) run(ctx context.Context, r io.Reader) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("this is no backup: %w", err)
	}
	in := tar.NewReader(z)
	if err := res.begin(ctx, in); err != nil {
		return err
	}
	return res.s.write(ctx, func(c conn) error {
		if err := res.empty(ctx, c); err != nil {
			return err
		}
		for {
			head, err := in.Next()
			switch {
			case errors.Is(err, io.EOF) && res.ended:
				if _, err := io.Copy(io.Discard, z); err != nil { // the checksum stands behind the tar
					return fmt.Errorf("the backup ends early: %w", err)
				}
				return res.settle(ctx, c)
			case err != nil:
				return fmt.Errorf("the backup ends early: %w", err)
			}
			if err := res.entry(ctx, c, head.Name, in); err != nil {
				return fmt.Errorf("%s: %w", head.Name, err)
			}
		}
	})
}

// begin reads the manifest and makes the schema of the backup's time.
func (res *restore) begin(ctx context.Context, in *tar.Reader) error {
	head, err := in.Next()
	if err != nil || head.Name != "manifest.json" {
		return errors.New("this is no backup of Skarga: it does not begin with a manifest")
	}
	if err := json.NewDecoder(in).Decode(&res.Manifest); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	if res.Format != backupFormat {
		return fmt.Errorf("the backup has format %d, this version reads %d", res.Format, backupFormat)
	}
	p, err := res.s.provider()
	if err != nil {
		return err
	}
	now, err := res.s.Version(ctx)
	switch {
	case err != nil:
		return err
	case now > res.Schema:
		return fmt.Errorf("the database has schema %d, the backup has %d; restore into one that was never migrated", now, res.Schema)
	}
	if _, err := p.UpTo(ctx, res.Schema); err != nil {
		return fmt.Errorf("schema %d: %w; a backup of a newer version needs that version", res.Schema, err)
	}
	return nil
}

func (res *restore) empty(ctx context.Context, c conn) error {
	tables, err := c.tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		some, err := list(ctx, c, t, func(row scanner) (n int, err error) { return n, row.Scan(&n) }, "SELECT 1 FROM "+t+" LIMIT 1")
		if err != nil {
			return err
		}
		if len(some) > 0 {
			return fmt.Errorf("table %s: %w", t, ErrNotEmpty)
		}
	}
	return nil
}

func (res *restore) entry(ctx context.Context, c conn, name string, r io.Reader) error {
	kind, rest, _ := strings.Cut(name, "/")
	switch kind {
	case "rows":
		table, _, _ := strings.Cut(rest, "/")
		res.progress(table)
		return res.rows(ctx, c, table, r)
	case "large":
		sha, _, err := res.s.blobs.put(r)
		if err == nil && sha != rest {
			err = fmt.Errorf("damaged: the bytes hash to %s", sha)
		}
		res.Large++
		return err
	case "end.json":
		var end Counts
		if err := json.NewDecoder(r).Decode(&end); err != nil {
			return err
		}
		if res.ended = maps.Equal(end.Rows, res.Rows) && end.Large == res.Large; !res.ended {
			return fmt.Errorf("the backup should hold %v rows and %d files, it holds %v and %d", end.Rows, end.Large, res.Rows, res.Large)
		}
		return nil
	}
	return fmt.Errorf("unknown entry; the backup may be of a newer version")
}

// rows loads one part of a table.
func (res *restore) rows(ctx context.Context, c conn, table string, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var columns []string
	if err := json.Unmarshal(first, &columns); err != nil {
		return err
	}
	tx, ok := c.q.(*sql.Tx)
	if !ok || !known(ctx, c, table) {
		return fmt.Errorf("there is no table %q", table)
	}
	types, err := columnTypes(ctx, c, table, columns)
	if err != nil {
		return err
	}
	load, err := tx.PrepareContext(ctx, c.d.load(table, columns))
	if err != nil {
		return err
	}
	defer load.Close()
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return c.d.loaded(ctx, load)
		}
		if err != nil {
			return err
		}
		row, err := parseRow(line, types)
		if err != nil {
			return err
		}
		if _, err := load.ExecContext(ctx, row...); err != nil {
			return err
		}
		res.Rows[table]++
	}
}

// known says whether a table is one of ours: its name goes into SQL.
func known(ctx context.Context, c conn, table string) bool {
	tables, err := c.tables(ctx)
	for _, t := range tables {
		if t == table {
			return err == nil
		}
	}
	return false
}

// columnTypes gives for each column whether it holds raw bytes. The query fails for
// a column that is not there.
func columnTypes(ctx context.Context, c conn, table string, columns []string) ([]bool, error) {
	rows, err := c.q.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	raw := make([]bool, len(types))
	for i, t := range types {
		raw[i] = isBytes(t.DatabaseTypeName())
	}
	return raw, rows.Err()
}

// parseRow reads a line of JSON values; whole numbers stay whole.
func parseRow(line []byte, raw []bool) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var row []any
	if err := dec.Decode(&row); err != nil {
		return nil, err
	}
	if len(row) != len(raw) {
		return nil, fmt.Errorf("a row has %d values for %d columns", len(row), len(raw))
	}
	for i, v := range row {
		switch v := v.(type) {
		case nil:
			if raw[i] { // QUIRK: modernc.org/sqlite gives none as nil, so that they are backed up as null; no column of raw bytes may be NULL
				row[i] = []byte{}
			}
		case json.Number:
			if whole, err := v.Int64(); err == nil {
				row[i] = whole
			} else if row[i], err = v.Float64(); err != nil {
				return nil, err
			}
		case string:
			if !raw[i] {
				continue
			}
			var b []byte
			if err := json.Unmarshal([]byte(`"`+v+`"`), &b); err != nil {
				return nil, err
			}
			row[i] = b
		}
	}
	return row, nil
}

// settle makes what was on its way wait for a person, and ends all leases.
func (res *restore) settle(ctx context.Context, c conn) error {
	at := res.CreatedAt.UTC().Format(time.RFC3339)
	since := "restored from the backup of " + at + ": it may have left since; "
	why := since + "release it if it did not"
	queued, err := list(ctx, c, "deliveries", scanDelivery, "SELECT "+deliveryColumns+" FROM deliveries WHERE status = 'queued' ORDER BY id")
	if err != nil {
		return err
	}
	res.Withheld = len(queued)
	tx := &Tx{conn: c, now: res.s.now()}
	var answered []string
	for _, d := range queued {
		why := why
		if d.Kind != "acknowledgement" {
			why, answered = since+"write it again if it did not", append(answered, d.ComplaintID)
		}
		d.Status, d.LastError = complaint.Failed, why
		tx.SetDelivery(d)
		if d.ComplaintID != "" {
			payload, err := json.Marshal(map[string]string{"delivery": d.ID, "kind": d.Kind, "reason": why})
			if err != nil {
				return err
			}
			tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: d.ComplaintID, At: res.s.now(), Actor: "skarga", Kind: "delivery withheld", Payload: payload})
		}
	}
	if res.Answers, err = c.ids(ctx, "SELECT reference FROM complaints WHERE id IN ", answered); err != nil {
		return err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE arrivals SET held = 1, hold_reason = ? WHERE outcome = 'complaint' AND complaint_id IN
			(SELECT complaint_id FROM deliveries WHERE status = 'queued' AND kind = 'acknowledgement')`, []any{why}},
		{"UPDATE arrivals SET late = 1, claim_at = 0, lease_owner = '' WHERE outcome = '' AND parked = 0", nil},
		{"UPDATE mailboxes SET lease_owner = '', lease_until = 0", nil},
		{"DELETE FROM settings WHERE name = ?", []any{RestoredAt}},
		{"INSERT INTO settings (name, value) VALUES (?, ?)", []any{RestoredAt, res.s.now().UTC().Format(time.RFC3339)}},
	} {
		if _, err := c.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return tx.flush(ctx)
}
