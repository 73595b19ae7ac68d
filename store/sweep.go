package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Sweep removes large raw bytes that nothing names and that are older than a day: a
// crash between the file and its row leaves them, or one before the file was whole. It
// says how many of the first there were.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	yesterday := s.now().AddDate(0, 0, -1)
	if err := s.blobs.tidy(yesterday); err != nil {
		return 0, err
	}
	old, err := s.blobs.before(yesterday)
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

// SpoolDir makes the folder in which a large arrival's body may be written before it is
// created, and gives its name: a body that is a file there is not copied.
func (s *Store) SpoolDir() (string, error) {
	dir, err := s.blobs.spool()
	if err != nil {
		return "", fmt.Errorf("store: folder for what comes in: %w", err)
	}
	return dir, nil
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
	files, err := filepath.Glob(filepath.Join(f.root, "??", "*"))
	for _, path := range files {
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(at) {
			list = append(list, filepath.Base(path))
		}
	}
	return list, err
}
