package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/cmd/skarga/demo"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestDemoLettersGetTheirOutcomes plays the demo as a user does.
func TestP01DemoLettersGetTheirOutcomes(t *testing.T) {
	t.Parallel()
	var out, errw bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--once", "--to", t.TempDir()}, strings.NewReader(""), &out, &errw, os.Environ()); code != exitDone {
		t.Fatalf("exit %d\n%s\n%s", code, errw.String(), out.String())
	}
	for _, want := range []string{"dotarła do nas", "what is due first", "ok  16-bounce", "ok  letter 5", "skarga-demo-letters.pdf", "it adds up", "acknowledgement (P12)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not show %q", want)
		}
	}
}

// world is a demo world with an assembled program that does not serve.
func world(t *testing.T, change func(*config.Config)) (*demo.World, *app, string) {
	t.Helper()
	w, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg, err := demoConfig(w, dir)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&cfg)
	}
	a, err := assemble(t.Context(), cfg, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		_ = w.Close() // open connections are no fault of the test
	})
	return w, a, dir
}

// TestRoundtripProvesPlusAddressing mails itself through the world's server, which
// takes plus addresses and writes the return path.
func TestRoundtripProvesPlusAddressing(t *testing.T) {
	t.Parallel()
	_, a, _ := world(t, nil)
	if _, err := a.tryRoundtrip(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestHeldMailIsToldOnce looks at a held newsletter with later and later clocks.
func TestHeldMailIsToldOnceAfterOneHourAndAfterSixteen(t *testing.T) {
	t.Parallel()
	_, a, _ := world(t, func(c *config.Config) { c.Firm.DutyAddress = "duty@ask4.com" })
	raw, err := demo.First[5].Render(demo.Facts{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	arrived := time.Now().Truncate(time.Millisecond)
	_, err = a.store.CreateArrivals(t.Context(), []store.NewArrival{{Arrival: complaint.Arrival{
		ID: complaint.NewID(), Channel: complaint.ChannelEmail, Mailbox: "test", ArrivedAt: arrived, RecordedAt: arrived, Size: int64(len(raw)),
	}, Body: bytes.NewReader(raw)}})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := a.intake.Drain(t.Context()); n != 1 || err != nil {
		t.Fatalf("drained %d, %v", n, err)
	}
	held, err := a.store.ListArrivals(t.Context(), store.ArrivalFilter{Held: true})
	if err != nil || len(held) != 1 {
		t.Fatalf("held %v, %v", held, err)
	}
	for _, step := range []struct {
		after  time.Duration
		alerts int
		breach bool
	}{{59 * time.Minute, 0, false}, {61 * time.Minute, 1, false}, {2 * time.Hour, 1, false}, {17 * time.Hour, 2, false}, {25 * time.Hour, 2, true}, {26 * time.Hour, 2, true}} {
		a.cases.Now = func() time.Time { return arrived.Add(step.after) }
		w := a.clock()
		for range 2 {
			if err := w.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := alerts(t, a); got != step.alerts {
			t.Errorf("after %s: %d alerts, want %d", step.after, got, step.alerts)
		}
		if got := breaches(t, a, held[0].ComplaintID); got != step.breach {
			t.Errorf("P12 after %s: breach noted %v, want %v", step.after, got, step.breach)
		}
	}
}

// alerts counts the mails queued to the duty address.
func alerts(t *testing.T, a *app) (n int) {
	t.Helper()
	err := a.store.InTx(t.Context(), func(tx *store.Tx) error {
		list, err := tx.DeliveriesTo(context.Background(), "duty@ask4.com", time.Time{})
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// breaches says whether exactly one breach event is on the history.
func breaches(t *testing.T, a *app, complaintID string) bool {
	t.Helper()
	events, err := a.store.Events(t.Context(), complaintID)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range events {
		if e.Kind == "breach" {
			n++
		}
	}
	if n > 1 {
		t.Errorf("the breach is noted %d times", n)
	}
	return n == 1
}

// TestInitNeverOverwrites writes the file once.
func TestInitNeverOverwrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "skarga.toml")
	var out, errw bytes.Buffer
	if code := run(t.Context(), []string{"init", "--config", path}, nil, &out, &errw, nil); code != exitDone {
		t.Fatalf("exit %d: %s", code, errw.String())
	}
	if code := run(t.Context(), []string{"init", "--config", path}, nil, &out, &errw, nil); code != exitFailed || !strings.Contains(errw.String(), "there already") {
		t.Errorf("second init: exit %d: %s", code, errw.String())
	}
	b, err := os.ReadFile(path)
	if err != nil || string(b) != config.Default {
		t.Errorf("the file is not the shipped one: %v", err)
	}
}
