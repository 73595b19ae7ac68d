package store

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// Sweep removes large raw bytes that nothing names and that are older than a day: a
// crash between the file and its row leaves them. It says how many there were.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	old, err := s.blobs.before(s.now().AddDate(0, 0, -1))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	named, err := s.reads().namedBytes(ctx)
	for _, sha := range old {
		if err != nil {
			return n, err
		}
		if !named[sha] {
			err = s.DeleteBytes(ctx, sha) // looks again, while nobody can name it
			n++
		}
	}
	return n, err
}

// namedBytes are the hashes of all large raw bytes that rows name.
func (c conn) namedBytes(ctx context.Context) (map[string]bool, error) {
	named := map[string]bool{}
	tables, err := c.tables(ctx)
	for _, t := range tables {
		columns, err := c.blobColumns(ctx, t)
		if err != nil {
			return nil, err
		}
		for _, column := range columns {
			err := c.each(ctx, func(row rows) error {
				var sha string
				err := row.Scan(&sha)
				named[sha] = true
				return err
			}, "SELECT "+column+" FROM "+t+" WHERE "+column+" <> ''")
			if err != nil {
				return nil, err
			}
		}
	}
	return named, err
}

// before lists the hashes of bytes that were written before a time.
func (f folder) before(at time.Time) (list []string, err error) {
	files, err := filepath.Glob(filepath.Join(string(f), "??", "*"))
	for _, path := range files {
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(at) {
			list = append(list, filepath.Base(path))
		}
	}
	return list, err
}
