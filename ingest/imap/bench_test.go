package imap

import (
	"context"
	"io"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
	"github.com/emersion/go-imap/v2"
)

// discardKeeper reads each message and forgets it.
type discardKeeper struct{ pos Position }

func (k *discardKeeper) Position(context.Context, string, string) (Position, error) {
	return k.pos, nil
}
func (k *discardKeeper) SetPosition(context.Context, string, string, Position) error { return nil }
func (k *discardKeeper) Known(context.Context, string, string, uint32, uint32, uint32) ([]uint32, error) {
	return nil, nil
}
func (k *discardKeeper) Record(_ context.Context, messages []Fetched, _ Position) error {
	for _, f := range messages {
		if _, err := io.Copy(io.Discard, f.Body); err != nil {
			return err
		}
	}
	return nil
}
func (k *discardKeeper) Healthy(context.Context, string, string, time.Time) {}

// BenchmarkFetch compares the poller with the library's plain FETCH of everything, over
// 1,000 messages: 60 % of 4 KB, 25 % of 20 KB, 15 % of 400 KB.
func BenchmarkFetch(b *testing.B) {
	d := testserver.Dovecot(b)
	m := d.Login(b, "")
	const messages = 1000
	for i := range messages {
		size := 4000
		if i%20 >= 17 {
			size = 400_000
		} else if i%20 >= 12 {
			size = 20_000
		}
		if _, err := m.Add("INBOX", []byte(letter(i, size)), time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
	sel, err := m.Select("INBOX", nil).Wait()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			var all imap.UIDSet
			all.AddRange(1, messages)
			opts := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}
			cmd := m.Fetch(all, opts)
			for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
				if _, err := msg.Collect(); err != nil {
					b.Fatal(err)
				}
			}
			if err := cmd.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(messages*b.N)/b.Elapsed().Seconds(), "messages/s")
	})
	b.Run("poller", func(b *testing.B) {
		o := Options{Account: "a", Host: "127.0.0.1", TLS: TLSNone, User: d.User, SpoolDir: b.TempDir(),
			Secret: func(context.Context) (string, error) { return d.Password, nil }}
		if o.Host, o.Port, err = splitAddr(d.Addr); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			p, err := New(o, &discardKeeper{Position{UIDValidity: sel.UIDValidity, StartedAt: time.Unix(0, 0), Found: true}})
			if err != nil {
				b.Fatal(err)
			}
			if n, err := p.Once(b.Context()); err != nil || n != messages {
				b.Fatalf("%d messages, %v", n, err)
			}
		}
		b.ReportMetric(float64(messages*b.N)/b.Elapsed().Seconds(), "messages/s")
	})
}
