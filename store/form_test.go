package store_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestDraftKeepsWhatWasTypedUntilItIsSent(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		ctx := t.Context()
		want := complaint.Draft{ID: "d1", Language: complaint.Polish, Answers: map[string][]string{"about": {"service", "staff"}}, CreatedAt: monday, UpdatedAt: monday}
		keep(t, s.CreateDraft(ctx, want))
		c.at = monday.Add(time.Minute)
		keep(t, s.SetDraft(ctx, "d1", complaint.English, map[string][]string{"happened": {"Zażółć\r\ngęślą"}}, "too fast"))
		want.Language, want.UpdatedAt, want.Doubts = complaint.English, c.at, []string{"too fast"}
		want.Answers["happened"] = []string{"Zażółć\r\ngęślą"}
		for _, s := range []*store.Store{s, reopen()} {
			got, ok, err := s.Draft(ctx, "d1")
			if diff := cmp.Diff(want, got); err != nil || !ok || diff != "" {
				t.Errorf("%v %v %s", ok, err, diff)
			}
		}
		keep(t, s.SubmitDraft(ctx, "d1"))
		keep(t, s.SetDraft(ctx, "d1", complaint.English, map[string][]string{"happened": {"late"}}))
		got, _, err := s.Draft(ctx, "d1")
		if err != nil || len(got.Answers) != 0 || !got.SubmittedAt.Equal(c.at) {
			t.Errorf("after the submit: %+v %v", got, err)
		}
		if _, ok, err := s.Draft(ctx, "d2"); ok || err != nil {
			t.Errorf("a draft that nobody made: %v %v", ok, err)
		}
	})
}

func TestUploadsStayWithinTheirLimitsAlsoAtOnce(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, _ func() *store.Store) {
		ctx := t.Context()
		keep(t, s.CreateDraft(ctx, complaint.Draft{ID: "d1", CreatedAt: monday}))
		add := func(name, text string) (complaint.Upload, bool) {
			u, ok, err := s.CreateUpload(ctx, complaint.Upload{ID: complaint.NewID(), DraftID: "d1", Name: name, MediaType: "text/plain", CreatedAt: monday}, strings.NewReader(text), 10, 25)
			if err != nil {
				t.Error(err)
			}
			return u, ok
		}
		for text, want := range map[string]bool{"": false, "12345678901": false} {
			if _, ok := add("x", text); ok != want {
				t.Errorf("%d bytes taken: %v", len(text), ok)
			}
		}
		var kept [8]bool
		var wg sync.WaitGroup
		for i := range kept {
			wg.Go(func() { _, kept[i] = add(fmt.Sprint(i), fmt.Sprintf("ten bytes%d", i)) })
		}
		wg.Wait()
		all, err := s.Uploads(ctx, "d1")
		if err != nil || len(all) != 2 {
			t.Fatalf("%d files, %v: two have room in 25 bytes", len(all), err)
		}
		f, err := s.OpenUpload(all[0])
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		keep(t, f.Close())
		if err != nil || string(b) != "ten bytes"+all[0].Name {
			t.Errorf("%q %v", b, err)
		}
		keep(t, s.DeleteUpload(ctx, "d1", all[0].ID))
		keep(t, s.DeleteUpload(ctx, "other draft", all[1].ID))
		if left, err := s.Uploads(ctx, "d1"); err != nil || len(left) != 1 || left[0].ID != all[1].ID {
			t.Errorf("left %+v %v", left, err)
		}
		if _, err := s.OpenUpload(all[0]); err == nil {
			t.Error("the bytes of a deleted file are still there")
		}
		u, ok := add("twin", "ten bytes"+all[1].Name)
		if !ok {
			t.Fatal("no room for a twin")
		}
		keep(t, s.DeleteUpload(ctx, "d1", u.ID))
		if f, err := s.OpenUpload(all[1]); err != nil {
			t.Errorf("deleting one of two equal files took the other: %v", err)
		} else {
			keep(t, f.Close())
		}
		c.at = monday.Add(48 * time.Hour)
		if n, err := s.DeleteDrafts(ctx, c.at.Add(-24*time.Hour)); n != 1 || err != nil {
			t.Errorf("deleted %d, %v", n, err)
		}
		if _, err := s.OpenUpload(all[1]); err == nil {
			t.Error("the files outlive their draft")
		}
	})
}

func TestUploadsNeverLeaveTheirFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: dir + "/x.db", BlobDir: dir + "/blobs"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keep(t, s.Close()) })
	keep(t, s.Migrate(t.Context()))
	keep(t, os.WriteFile(filepath.Join(dir, "precious"), []byte("x"), 0o600))
	keep(t, s.DeleteDraft(t.Context(), "../../.."))
	if _, err := os.Stat(filepath.Join(dir, "precious")); err != nil {
		t.Error("a draft's name led out of the folder:", err)
	}
}

func TestRatesCountInTheirWindow(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		for i, step := range []struct {
			after time.Duration
			name  string
			want  int64
		}{{0, "a", 2}, {time.Minute, "a", 4}, {time.Minute, "b", 2}, {time.Hour, "a", 2}} {
			c.at = monday.Add(step.after)
			if got, err := s.AddRate(t.Context(), step.name, time.Hour, 2); got != step.want || err != nil {
				t.Errorf("step %d: %d %v, want %d", i, got, err, step.want)
			}
		}
		other := reopen()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if _, err := []*store.Store{s, other}[i%2].AddRate(t.Context(), "c", time.Hour, 1); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, err := s.AddRate(t.Context(), "c", time.Hour, 1); got != 21 || err != nil {
			t.Errorf("%d %v, want 21", got, err)
		}
		keep(t, s.DeleteRates(t.Context(), c.at.Add(time.Hour)))
		if got, err := s.AddRate(t.Context(), "c", time.Hour, 1); got != 1 || err != nil {
			t.Errorf("%d %v after all were forgotten", got, err)
		}
	})
}

// keep ends the test on an error.
func keep(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
