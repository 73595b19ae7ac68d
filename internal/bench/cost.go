package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "github.com/lib/pq"  // the drivers of multiply
	_ "modernc.org/sqlite" // the drivers of multiply
)

// extra is how many messages the cost of one more is taken over.
const extra = 500

// costs measures one more message in a small and in a large store, and the pages of
// the staff over the large one, which is the small one, copied in place.
func (b *bench) costs(ctx context.Context) error {
	fmt.Fprintf(b.table, "\t\t\t\t\none more message\t%d complaints, ms\t%d complaints, ms\tratio\t\n", b.few, b.many)
	var stores []*pipeline
	for _, driver := range b.drivers {
		user := "cost-" + driver
		gen := newGenerator(user)
		validity, err := b.fill(user, b.few, gen.small)
		if err != nil {
			return err
		}
		p, err := b.pipeline(driver, user)
		if err != nil {
			return err
		}
		if _, _, err := p.whole(ctx, validity, b.few); err != nil {
			return err
		}
		small, err := b.more(ctx, p, gen)
		if err != nil {
			return err
		}
		if err := multiply(ctx, p.db, max(0, b.many/(b.few+extra)-1)); err != nil {
			return err
		}
		large, err := b.more(ctx, p, gen)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.table, "%s\t%.2f\t%.2f\t%.2f\t\n", driver, small, large, large/small)
		stores = append(stores, p)
	}
	if b.pages == 0 {
		return nil
	}
	fmt.Fprintf(b.table, "\t\t\t\t\npages for staff, %d a second, %d complaints\tmedian ms\tp95 ms\tpeak MB\t\n", pageRate, b.many)
	for _, p := range stores {
		if err := b.console(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.db.driver, err)
		}
	}
	return nil
}

// more sends extra messages through a pipeline that exists and gives milliseconds
// a message, from the first to the last acknowledgement.
func (b *bench) more(ctx context.Context, p *pipeline, gen *generator) (each float64, err error) {
	if _, err := b.fill(p.user, extra, gen.small); err != nil {
		return 0, err
	}
	before := b.sink.Len()
	if err := p.start(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := b.sink.Wait(ctx, before+extra); err != nil {
		return 0, err
	}
	if err := findable(ctx, p.db); err != nil {
		return 0, err
	}
	all := b.sink.Messages()[before:]
	return all[extra-1].At.Sub(all[0].At).Seconds() * 1000 / (extra - 1), nil
}

// findable waits until the words of all that came and went are written: they come
// behind the answers, and the large store is to have them as well.
func findable(ctx context.Context, d database) (err error) {
	db, err := sql.Open(d.driver, d.dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for {
		var missing int
		err := db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM arrivals a WHERE NOT EXISTS (SELECT 1 FROM search_texts t WHERE t.id = a.id)) +
			(SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM search_texts t WHERE t.id = d.id))`).Scan(&missing)
		if err != nil || missing == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("bench: %d texts are not findable: %w", missing, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// copied lists the tables of a store whose rows multiply copies, with the columns
// that differ from copy to copy. Raw bytes are left out: they are looked up by key
// only, and the disk has better uses.
var copied = []struct{ table, unique string }{
	{"complaints", "id reference customer_address search"},
	{"arrivals", "id complaint_id message_id content_hash sender account"},
	{"identities", "message_id content_hash arrival_id"},
	{"parties", "complaint_id address"},
	{"details", "complaint_id"},
	{"obligations", "id complaint_id"},
	{"message_ids", "message_id complaint_id"},
	{"records", "complaint_id"},
	{"search_texts", "id"},
	{"deliveries", "id complaint_id obligation_id recipient recipient_fold env_id message_id"},
	{"chains", "subject"},
	{"events", "id subject"},
	{"event_payloads", "subject"},
}

// multiply adds n copies of all that is in a store.
func multiply(ctx context.Context, d database, n int) (err error) {
	db, err := sql.Open(d.driver, d.dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	for _, t := range copied {
		columns, err := columnsOf(ctx, tx, t.table)
		if err != nil {
			return err
		}
		values := make([]string, len(columns))
		for i, c := range columns {
			values[i] = "t." + c
			if c == "seq" && t.table == "search_texts" { // by time: each copy is an hour older
				values[i] = "t.seq - g.n * CAST(3600000 AS BIGINT) * 2097152"
			}
			for u := range strings.FieldsSeq(t.unique) {
				if u == c {
					values[i] = "'0' || t." + c + " || '-' || g.n" // sorts before it, as what is older does
				}
			}
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < %d)
			INSERT INTO %s (%s) SELECT %s FROM g CROSS JOIN %s t`, n, t.table, strings.Join(columns, ", "), strings.Join(values, ", "), t.table))
		if err != nil {
			return fmt.Errorf("copy %s: %w", t.table, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	// The copying itself must not be what the next measurement pays for.
	end := map[string]string{"sqlite": "PRAGMA wal_checkpoint(TRUNCATE)", "postgres": "CHECKPOINT"}[d.driver]
	_, e := db.ExecContext(ctx, end)
	return errors.Join(err, e)
}

func columnsOf(ctx context.Context, tx *sql.Tx, table string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}
