package faults_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"ask4.com/skarga/complaint"
	paper "ask4.com/skarga/mailer/letter"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
)

// TestKilledPrintRun kills the program while it prints: afterwards each letter is in
// exactly one run, each run has its file, and what may have been on paper before the
// end of a run says so.
func TestKilledPrintRun(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		folder := filepath.Join(t.TempDir(), "print")
		w := newWorld(t, place{postgres: dsn, settings: fmt.Sprintf("[letters]\nfolder = %q\n[[staff]]\nname = \"Anna\"\nrole = \"mailroom\"", folder)})
		if _, err := w.skarga(t, "migrate"); err != nil {
			t.Fatal(err)
		}
		s := w.open(t, dsn)
		letters := queueLetters(t, s, 1)
		began := time.Now()
		if _, err := w.skarga(t, "--as", "Anna", "letters", "print"); err != nil {
			t.Fatal(err)
		}
		whole := time.Since(began) // so long does a run take that nobody kills
		for range rounds(20, 100) {
			letters += queueLetters(t, s, 1+rand.IntN(4))
			w.killPrinting(t, rand.N(whole+whole/4))
		}
		letters += queueLetters(t, s, 1)
		for waiting := letters; waiting > 0; { // an interrupted run is finished alone, so there may be two
			if _, err := w.skarga(t, "--as", "Anna", "letters", "print"); err != nil {
				t.Fatal(err)
			}
			waiting = 0
			for _, l := range unposted(t, s) {
				if l.PrintRun == "" {
					waiting++
				}
			}
		}
		inRun := map[string]int{}
		for _, l := range unposted(t, s) {
			inRun[l.PrintRun]++
		}
		runs, err := s.PrintRuns(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		total, again := 0, 0
		for _, r := range runs {
			total += inRun[r.ID]
			if r.Prints > 1 {
				again++
			}
			files, err := filepath.Glob(filepath.Join(folder, r.ID+"-reprint-*.pdf"))
			if err != nil {
				t.Fatal(err)
			}
			if first := filepath.Join(folder, r.ID+".pdf"); r.Prints == 1 {
				files = append(files, first)
			} else if _, err := os.Stat(first); err == nil {
				files = append(files, first)
			}
			if len(files) == 0 || r.WrittenAt.IsZero() {
				t.Errorf("run %s: files %v, written %s", r.ID, files, r.WrittenAt)
			}
			for _, file := range files {
				pages, err := api.PageCountFile(file)
				if cover := pages - inRun[r.ID]; err != nil || cover < 1 || cover > 3+inRun[r.ID]/30 { // its list of letters grows
					t.Errorf("%s: %d pages for %d letters, %v", file, pages, inRun[r.ID], err)
				}
			}
		}
		if total != letters || len(inRun) != len(runs) {
			t.Errorf("%d letters were queued, %d are in %d runs of %d", letters, total, len(inRun), len(runs))
		}
		t.Logf("%d letters in %d runs, %d of them interrupted", letters, len(runs), again)
		if _, err := w.skarga(t, "audit", "verify"); err != nil {
			t.Error(err)
		}
	})
}

// open opens the database of the world beside the program.
func (w *world) open(t *testing.T, dsn string) *store.Store {
	t.Helper()
	opt := store.Options{Driver: "sqlite", DSN: filepath.Join(w.dir, "skarga.db"), BlobDir: filepath.Join(w.dir, "large"), Logger: slog.New(slog.DiscardHandler)}
	if dsn != "" {
		opt.Driver, opt.DSN = "postgres", dsn
	}
	s, err := store.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// queueLetters queues acknowledgements on paper.
func queueLetters(t *testing.T, s *store.Store, n int) int {
	t.Helper()
	now := time.Now()
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		for range n {
			ref, err := complaint.NewReference("ASK4", now.Year())
			if err != nil {
				return err
			}
			id := complaint.NewID()
			pdf, err := paper.Draw(paper.Letter{Firm: "ASK4", To: []string{"Jan Nowak", "Flat 2", "Sheffield S1 4JL"}, Window: paper.WindowUK, Reference: ref,
				Date: now, Subject: "We have your complaint", Parts: []templates.Part{{Lang: complaint.English, Blocks: []templates.Block{{Text: "Thank you."}}}}})
			if err != nil {
				return err
			}
			tx.CreateComplaint(complaint.Complaint{ID: id, Reference: ref, Channel: complaint.ChannelLetter, Stage: complaint.StageReceived, ReplyBy: complaint.ByLetter, ReceivedAt: now, RegisteredAt: now}, nil, nil, nil)
			tx.CreateDelivery(complaint.Delivery{ID: complaint.NewID(), ComplaintID: id, Kind: "acknowledgement", Way: complaint.ByLetter, Postal: "Jan Nowak\nFlat 2\nSheffield S1 4JL", Status: complaint.Queued, QueuedAt: now, NextAt: now, Bytes: pdf})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func unposted(t *testing.T, s *store.Store) []complaint.Letter {
	t.Helper()
	all, err := s.UnpostedLetters(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// killPrinting prints, and kills the program after a while, if it still runs.
func (w *world) killPrinting(t *testing.T, after time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	cmd := exec.CommandContext(ctx, must(t, program), "--config", w.config, "--as", "Anna", "letters", "print") // Cancel kills it
	cmd.Env = environment()
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			t.Fatal(err)
		}
	}
}
