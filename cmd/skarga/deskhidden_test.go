package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestP08AFileOfSeveralLettersHidesTheOneThatIsAboutAPerson looks for a letter through the
// other one that was scanned with it.
func TestP08AFileOfSeveralLettersHidesTheOneThatIsAboutAPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		r := f.took(f.typed("mixed.pdf", countedSheet("B9", 2, 2), emilys(), side{code: separator()}, jans("Drugi list.")))
		hidden, other := r.Letters[0], r.Letters[1]
		err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
			tx.SetAbout(complaint.About{ComplaintID: f.record(hidden).Complaint.ID, Staff: "Tomasz Nowak", State: complaint.AboutConfirmed, By: "skarga", At: f.app.now()})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f.serve(time.Time{})
		tomasz, anna := f.enters("Tomasz Nowak"), f.enters("Anna Kowalska")
		whole := "/staff/arrival/" + other.Arrival + "/raw"
		if p := tomasz.get(whole); p.status != http.StatusNotFound || strings.HasPrefix(p.body, "%PDF") {
			t.Errorf("Tomasz saves the file with the letter about him: %d", p.status)
		}
		if p := anna.get(whole); p.status != http.StatusOK || !strings.HasPrefix(p.body, "%PDF") {
			t.Errorf("Anna saves the file: %d", p.status)
		}
		if code, out, _ := f.cmd("", "--as", "Tomasz Nowak", "parked", "export", other.Arrival); code != exitFailed || strings.Contains(out, "%PDF") {
			t.Errorf("Tomasz exports the file: exit %d", code)
		}
		for _, path := range []string{"/staff/desk", "/staff/desk/scan/" + r.SHA256} {
			if p := tomasz.get(path); p.status != http.StatusOK || !strings.Contains(p.body, "1 letter,") || strings.Contains(p.body, "2 letters") {
				t.Errorf("%s counts what is hidden from Tomasz: %d", path, p.status)
			}
			if p := anna.get(path); !strings.Contains(p.body, "2 letters,") {
				t.Errorf("%s does not count both letters for Anna: %d\n%s", path, p.status, p.body)
			}
		}
		if p := tomasz.post("/staff/desk/batch/B9", "do=received&time=2026-11-20+09:15"); p.status != http.StatusNotFound {
			t.Errorf("Tomasz sets when the letter about him came: %d", p.status)
		}
		if l := f.shown(hidden.Arrival); !l.Arrival.ArrivedAt.Equal(hidden.Received) {
			t.Errorf("its time is %s now", l.Arrival.ArrivedAt)
		}
		// A file whose letters are all hidden is not there.
		alone := f.took(f.typed("alone.pdf", side{lines: []string{"Adam Smith", "1 High Street", "Leeds", "LS1 4HD", "", "Dear Sir,", "I complain about Tomasz Nowak.", "Adam Smith"}}), "--received", f.hoursAgo(1))
		if p := tomasz.get("/staff/desk/scan/" + alone.SHA256); p.status != http.StatusNotFound {
			t.Errorf("a file that is all about Tomasz: %d", p.status)
		}
		if p := tomasz.get("/staff/desk"); strings.Contains(p.body, "alone.pdf") {
			t.Error("the desk names a file that is all about Tomasz")
		}
		if p := anna.get("/staff/desk/scan/" + alone.SHA256); p.status != http.StatusOK {
			t.Errorf("Anna at that file: %d", p.status)
		}
	})
}
