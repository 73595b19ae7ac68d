package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
)

// Search makes what came in and went out findable, behind the others' work: what is
// missing is looked for again and again, so that nothing is lost by a crash, and old
// mail is found as well.
type Search struct {
	Store  SearchStore
	Papers Papers // knows the text of letters; nil: none come
	Wake   <-chan struct{}
	Now    func() time.Time
	Log    *slog.Logger

	arrivals, deliveries string // all up to these IDs is findable
}

// SearchStore is what a Search needs from storage.
type SearchStore interface {
	// Unsearchable lists arrivals and deliveries after two IDs whose words are not
	// there yet, at most n of each.
	Unsearchable(ctx context.Context, arrivalsAfter, deliveriesAfter string, n int) ([]complaint.Arrival, []complaint.Delivery, error)
	// SetTexts writes the texts that things are found by, by ID.
	SetTexts(ctx context.Context, texts map[string][]string) error
	// Rush says whether mail is on its way in or out at this moment.
	Rush(ctx context.Context) (bool, error)
	// OpenRaw opens what arrived; nil when there are no bytes.
	OpenRaw(ctx context.Context, arrivalID string) (io.ReadSeekCloser, error)
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

const (
	searchSetting = "searchable up to" // the ID up to which all is findable
	searchBatch   = 100
	searchEvery   = 30 * time.Second
	searchPause   = time.Second      // until it is asked again whether a rush is over
	searchYield   = 10 * time.Second // at most, between batches
	// searchOverlap is how much later than its ID was made something may be committed.
	searchOverlap = 10 * time.Minute
	// searchWait is how long a letter waits for its text.
	searchWait = 5 * time.Minute
)

// Run keeps everything findable until ctx ends.
func (s *Search) Run(ctx context.Context) error {
	tick := time.NewTicker(searchEvery)
	defer tick.Stop()
	for {
		if err := s.catchUp(ctx, searchYield); err != nil && ctx.Err() == nil {
			s.Log.Error("make mail findable", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.Wake:
			s.yield(ctx, searchEvery)
		case <-tick.C:
		}
	}
}

// yield waits until a rush of mail is over, or so long: intake and answers need disk
// and processors first.
func (s *Search) yield(ctx context.Context, long time.Duration) {
	for range long / searchPause {
		rush, err := s.Store.Rush(ctx)
		if err != nil || !rush {
			return // who reads next meets the error
		}
		select {
		case <-time.After(searchPause):
		case <-ctx.Done():
			return
		}
	}
}

// CatchUp makes everything findable that is there now.
func (s *Search) CatchUp(ctx context.Context) error { return s.catchUp(ctx, 0) }

// catchUp does so and lets a rush of mail go first, so long before each next batch.
func (s *Search) catchUp(ctx context.Context, yield time.Duration) error {
	at, err := s.Store.Setting(ctx, searchSetting)
	if err != nil {
		return err
	}
	s.arrivals, s.deliveries = at, at
	for {
		more, err := s.step(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		s.yield(ctx, yield)
	}
	// What was made lately may be committed behind what we have seen.
	next := fmt.Sprintf("%012x", s.Now().Add(-searchOverlap).UnixMilli())
	if next <= at || at != "" && next[:8] == at[:8] {
		return nil // a minute at most: not worth a write
	}
	return s.Store.SetSetting(ctx, searchSetting, next)
}

// step makes one batch findable.
func (s *Search) step(ctx context.Context) (more bool, err error) {
	arrivals, deliveries, err := s.Store.Unsearchable(ctx, s.arrivals, s.deliveries, searchBatch)
	if err != nil || len(arrivals)+len(deliveries) == 0 {
		return false, err
	}
	texts := map[string][]string{}
	for _, a := range arrivals {
		s.arrivals = a.ID
		words, ready, err := s.arrived(ctx, a)
		if err != nil {
			return false, err
		}
		if ready {
			texts[a.ID] = words
		}
	}
	for _, d := range deliveries {
		s.deliveries = d.ID
		texts[d.ID] = []string{d.Recipient, d.Postal}
		if d.Way != complaint.ByLetter {
			m := message.Read(bytes.NewReader(d.Bytes), int64(len(d.Bytes)), message.Options{SkipHTML: true})
			texts[d.ID] = append(texts[d.ID], m.Subject, m.Text)
		}
	}
	return len(arrivals) == searchBatch || len(deliveries) == searchBatch, s.Store.SetTexts(ctx, texts)
}

// arrived is what an arrival is found by. A letter that is not read yet waits a while.
func (s *Search) arrived(ctx context.Context, a complaint.Arrival) (texts []string, ready bool, err error) {
	texts = []string{a.From, a.Subject}
	if a.Channel == complaint.ChannelLetter {
		if s.Papers == nil {
			return texts, true, nil
		}
		p, err := s.Papers.Paper(ctx, a)
		if err != nil {
			return nil, false, err
		}
		return append(texts, p.Text), p.Read || s.Now().Sub(a.RecordedAt) > searchWait, nil
	}
	raw, err := s.Store.OpenRaw(ctx, a.ID)
	if err != nil || raw == nil {
		return texts, true, err
	}
	defer raw.Close()
	m := message.Read(raw, a.Size, message.Options{SkipHTML: true})
	if a.Channel == complaint.ChannelForm {
		if form, err := parseForm(m.Header); err == nil {
			m.Text, _ = form.text()
		}
	}
	for _, f := range m.From {
		texts = append(texts, f.Name)
	}
	for _, f := range m.Attachments {
		texts = append(texts, f.Filename)
	}
	return append(texts, m.Text), true, nil
}
