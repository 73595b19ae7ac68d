package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version. Any number of processes may
// do so at once, also on an empty database: all but one find the work done. A schema of
// a newer program is an error: this one does not know what its columns mean.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		if _, err = p.Up(ctx); err == nil {
			break
		}
		// SQLite has no lock over several transactions: who comes second fails
		// on the tables of the first, and finds the work done on the next try.
		if s.opt.Driver == "postgres" || try == migrateTries || ctx.Err() != nil {
			return fmt.Errorf("store: migrate: %w", err)
		}
	}
	v, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("store: schema version: %w", err)
	}
	if known := p.ListSources(); v > known[len(known)-1].Version {
		return fmt.Errorf("store: the database is at version %d, and this program knows %d at most; use the newer program that brought it there", v, known[len(known)-1].Version)
	}
	return nil
}

// migrateTries is how often SQLite's processes may get into each other's way.
const migrateTries = 20

// Version is the schema's version; 0 for an empty database.
func (s *Store) Version(ctx context.Context) (int64, error) {
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	v, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: schema version: %w", err)
	}
	return v, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	var steps []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: migration %s: %w", name, err)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("store: migration %s: %w", name, err)
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, s.d.schema(string(text)))
			return err
		}}, nil))
	}
	opts := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_versions"),
		goose.WithAllowOutofOrder(true)} // a number that comes late is a step that others do not stand on
	kind := goose.DialectSQLite3
	if s.opt.Driver == "postgres" {
		kind = goose.DialectPostgres
		opts = append(opts, goose.WithSessionLocker(schemaLock{}))
	}
	p, err := goose.NewProvider(kind, s.w, nil, opts...)
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return p, nil
}

// schemaLock is goose's session locker: it waits in the server instead of asking
// again and again, and other schemas of the database do not wait for it.
type schemaLock struct{}

// SessionLock implements lock.SessionLocker.
func (schemaLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext('skarga migrate ' || current_schema()))")
	return err
}

// SessionUnlock implements lock.SessionLocker.
func (schemaLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "SELECT pg_advisory_unlock(hashtext('skarga migrate ' || current_schema()))")
	return err
}

// linesFor keeps the lines of a migration that are for all dialects, and those that
// begin with the mark of one.
func linesFor(mark, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		own, mine := strings.CutPrefix(line, mark)
		if mine || !strings.HasPrefix(line, "SQLITE ") && !strings.HasPrefix(line, "POSTGRES ") {
			b.WriteString(own)
		}
	}
	return b.String()
}
