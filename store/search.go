package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
)

// textSet writes the searchable words of one thing.
var textSet = insertInto("search_texts", "seq bigint, id text, words text", "ON CONFLICT (id) DO UPDATE SET words = excluded.words")

const (
	maxHits  = 1000    // texts that one search looks at, the newest
	seqBits  = 21      // of a text's number, below its millisecond
	maxWords = 200_000 // bytes of words of one text: PostgreSQL takes no more than a megabyte
)

// seqNext tells apart the texts of one millisecond; each process counts from elsewhere.
var seqNext = func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(rand.Int64N(1 << seqBits))
	return &n
}()

// SetText gathers what a complaint, an arrival or a delivery is found by.
func (t *Tx) SetText(id string, texts ...string) {
	var b strings.Builder
	seen := map[string]bool{}
	for _, w := range complaint.Words(texts...) {
		if seen[w] || b.Len()+len(w) > maxWords {
			continue
		}
		seen[w] = true
		b.WriteString(w)
		b.WriteByte(' ')
	}
	seq := t.now.UnixMilli()<<seqBits | seqNext.Add(1)&(1<<seqBits-1)
	t.add(textSet, seq, id, strings.TrimSpace(b.String()))
}

// Unsearchable lists arrivals, and deliveries with their bytes, whose words are not
// there yet: those made after two IDs, at most n of each.
func (s *Store) Unsearchable(ctx context.Context, arrivalsAfter, deliveriesAfter string, n int) ([]complaint.Arrival, []complaint.Delivery, error) {
	const unknown = " WHERE id > ? AND NOT EXISTS (SELECT 1 FROM search_texts t WHERE t.id = "
	c := s.reads()
	arrivals, err := list(ctx, c, "arrivals", scanArrival, "SELECT "+arrivalColumns+" FROM arrivals"+unknown+"arrivals.id) ORDER BY id LIMIT ?", arrivalsAfter, n)
	if err != nil {
		return nil, nil, err
	}
	deliveries, err := list(ctx, c, "deliveries", scanDelivery, "SELECT "+deliveryColumns+" FROM deliveries"+unknown+"deliveries.id) ORDER BY id LIMIT ?", deliveriesAfter, n)
	if err != nil {
		return nil, nil, err
	}
	return arrivals, deliveries, c.fillBytes(ctx, deliveries)
}

// Rush says whether mail is on its way at this moment: arrivals that wait for their
// judgement, or mail that is due. What is parked or tried again later is not.
func (s *Store) Rush(ctx context.Context) (bool, error) {
	return get(ctx, s.reads(), "mail", "", func(row scanner) (v bool, err error) { return v, row.Scan(&v) }, `SELECT EXISTS (SELECT 1 FROM arrivals WHERE outcome = '' AND parked = 0)
		OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'queued' AND way = 'email' AND next_at <= ?)`, s.now())
}

// begins says whether a word also stands for those that begin as it: with one or two
// letters nearly all texts would be found.
func begins(word string) bool { return utf8.RuneCountInString(word) > 2 }

// found is the condition that a complaint, or what belongs to it, holds such words.
func (c conn) found(ctx context.Context, text string) (string, []any, error) {
	words := complaint.Words(text)
	if len(words) == 0 {
		return "1 = 0", nil, nil
	}
	query, args, err := c.d.matching(ctx, c, words)
	hits := "IN (SELECT id FROM hits)"
	return `c.id IN (WITH hits AS MATERIALIZED (` + query + `)
		SELECT id FROM hits UNION SELECT complaint_id FROM arrivals WHERE complaint_id IS NOT NULL AND id ` + hits + `
		UNION SELECT complaint_id FROM deliveries WHERE id ` + hits + `)`, args, err
}

// SavedFilters lists what a person saved, by name.
func (s *Store) SavedFilters(ctx context.Context, staff string) ([]complaint.SavedFilter, error) {
	return list(ctx, s.reads(), "saved filters", func(row scanner) (f complaint.SavedFilter, err error) {
		return f, row.Scan(&f.Staff, &f.Name, &f.Query)
	}, "SELECT staff, name, query FROM saved_filters WHERE staff = ? ORDER BY name", staff)
}

// SetSavedFilter keeps a filter under its name; one with an empty query is forgotten.
func (s *Store) SetSavedFilter(ctx context.Context, f complaint.SavedFilter) error {
	err := s.write(ctx, func(c conn) error {
		if f.Query == "" {
			_, err := c.exec(ctx, "DELETE FROM saved_filters WHERE staff = ? AND name = ?", f.Staff, f.Name)
			return err
		}
		_, err := c.exec(ctx, "INSERT INTO saved_filters (staff, name, query) VALUES (?, ?, ?) ON CONFLICT (staff, name) DO UPDATE SET query = excluded.query", f.Staff, f.Name, f.Query)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: set saved filter: %w", err)
	}
	return nil
}
