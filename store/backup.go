package store

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// A backup is one gzipped tar file: manifest.json, the rows of each table in parts
// (rows/TABLE/000001.jsonl: a line with the columns, then a line a row), the large
// raw bytes (large/SHA256), and end.json with the counts, without which a backup
// was cut off. It is the same for both databases, so that what was backed up on
// one can be restored on the other.

// backupFormat is the number of this layout.
const backupFormat = 1

// Manifest says what a backup holds.
type Manifest struct {
	Format    int       `json:"format"`
	Schema    int64     `json:"schema"` // version of the schema
	CreatedAt time.Time `json:"created_at"`
}

// Counts are how much a backup holds, or a restore took in.
type Counts struct {
	Rows  map[string]int `json:"rows"`  // by table
	Large int            `json:"large"` // files of large raw bytes
}

// partSize is when a part of a table's rows is written; it bounds memory.
const partSize = 4 << 20

// Backup writes everything, as it is at one moment, while the program runs:
// records, keys and raw bytes. progress, if not nil, is told of each table and of
// the large bytes. The file holds secrets and personal data.
func (s *Store) Backup(ctx context.Context, w io.Writer, progress func(what string)) (Counts, error) {
	b := &backup{s: s, counts: Counts{Rows: map[string]int{}}, large: map[string]bool{}, progress: progress}
	if b.progress == nil {
		b.progress = func(string) {}
	}
	z := gzip.NewWriter(w)
	b.tar = tar.NewWriter(z)
	if err := b.write(ctx); err != nil {
		return b.counts, fmt.Errorf("store: backup: %w", err)
	}
	if err := errors.Join(b.tar.Close(), z.Close()); err != nil {
		return b.counts, fmt.Errorf("store: backup: %w", err)
	}
	return b.counts, nil
}

type backup struct {
	s        *Store
	tar      *tar.Writer
	counts   Counts
	large    map[string]bool // hashes of large raw bytes that rows name
	progress func(string)
}

func (b *backup) write(ctx context.Context) error {
	version, err := b.s.Version(ctx)
	if err != nil {
		return err
	}
	if err := b.json("manifest.json", Manifest{backupFormat, version, b.s.now().UTC()}); err != nil {
		return err
	}
	if err := b.rows(ctx); err != nil {
		return err
	}
	b.progress(fmt.Sprintf("%d files of large raw bytes", len(b.large)))
	for _, sha := range slices.Sorted(maps.Keys(b.large)) {
		if err := b.file(sha); err != nil {
			return err
		}
	}
	return b.json("end.json", b.counts)
}

// rows writes all tables out of one snapshot.
func (b *backup) rows(ctx context.Context) error {
	tx, err := b.s.r.BeginTx(ctx, b.s.d.snapshot())
	if err != nil {
		return err
	}
	defer tx.Rollback() // it only read
	c := conn{q: tx, d: b.s.d}
	tables, err := c.tables(ctx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if slices.Contains(passing, table) {
			continue
		}
		b.progress(table)
		if err := b.table(ctx, c, table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return nil
}

// passing are the tables that no backup holds: what visitors typed and have not sent
// yet (its files are not in the backup either), counters, and what lets somebody in
// who need not be let in after a restore.
var passing = []string{"form_drafts", "form_uploads", "rates", "one_time_links", "sessions"}

// tables lists ours in the order of their making, in which those that refer to
// others come after them.
func (c conn) tables(ctx context.Context) ([]string, error) {
	return list(ctx, c, "tables", func(row scanner) (name string, err error) { return name, row.Scan(&name) }, c.d.tables())
}

func (b *backup) table(ctx context.Context, c conn, table string) error {
	// Every column there is, whatever a later version adds: nothing may be left out.
	all, err := c.q.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer all.Close()
	columns, err := all.ColumnTypes()
	if err != nil {
		return err
	}
	names, values, targets := make([]string, len(columns)), make([]any, len(columns)), make([]any, len(columns))
	for i := range columns {
		names[i], targets[i] = columns[i].Name(), &values[i]
	}
	p := part{b: b, table: table, columns: names}
	for all.Next() {
		if err := all.Scan(targets...); err != nil {
			return err
		}
		for i, v := range values {
			if raw, is := v.([]byte); is && !isBytes(columns[i].DatabaseTypeName()) {
				values[i] = string(raw)
			}
			if text, is := values[i].(string); is && text != "" && holdsBlob(names[i]) {
				b.large[text] = true
			}
		}
		if err := p.add(values); err != nil {
			return err
		}
	}
	return errors.Join(all.Err(), p.flush())
}

// isBytes says whether a column's type is that of raw bytes; those are base64 in
// the JSON.
func isBytes(databaseType string) bool { return databaseType == "BYTEA" || databaseType == "BLOB" }

// holdsBlob says whether a column names large raw bytes: "blob", or "…_blob".
func holdsBlob(column string) bool { return column == "blob" || strings.HasSuffix(column, "_blob") }

// part gathers rows of a table until they are a file of the backup.
type part struct {
	b       *backup
	table   string
	columns []string
	n       int
	buf     bytes.Buffer
}

func (p *part) add(row []any) error {
	if p.buf.Len() == 0 {
		if err := json.NewEncoder(&p.buf).Encode(p.columns); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(&p.buf).Encode(row); err != nil {
		return err
	}
	p.b.counts.Rows[p.table]++
	if p.buf.Len() < partSize {
		return nil
	}
	return p.flush()
}

func (p *part) flush() error {
	if p.buf.Len() == 0 {
		return nil
	}
	p.n++
	defer p.buf.Reset()
	return p.b.entry(fmt.Sprintf("rows/%s/%06d.jsonl", p.table, p.n), int64(p.buf.Len()), &p.buf)
}

// file writes large raw bytes. They are in the folder before any row tells of
// them, so that one which is missing is a loss that must not pass in silence.
func (b *backup) file(sha string) error {
	f, err := b.s.blobs.open(sha)
	if err != nil {
		return fmt.Errorf("large raw bytes %s: %w", sha, err)
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	b.counts.Large++
	return b.entry("large/"+sha, size, f)
}

func (b *backup) json(name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.entry(name, int64(len(raw)), bytes.NewReader(raw))
}

func (b *backup) entry(name string, size int64, r io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: b.s.now()}); err != nil {
		return err
	}
	_, err := io.Copy(b.tar, r)
	return err
}
