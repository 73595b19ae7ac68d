package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
)

// TestP12BatchOfLettersBecomesComplaints takes a batch in: a sheet, a letter of two
// pages, a separator, a letter in Polish.
func TestP12BatchOfLettersBecomesComplaints(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		received := time.Now().Add(-3 * time.Hour).Truncate(time.Minute)
		sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "B1", Received: received, Operator: "ANNA", Pages: 3}
		path := f.scan("batch.pdf", codeSheet(t, sheet.Code()), sheetOfText(t, emilys().lines...), sheetOfText(t, "The engineer never came.", "Please call the number above."),
			codeSheet(t, separator()), sheetOfText(t, jans().lines...))
		r := f.took(path)
		if r.Pages != 5 || len(r.Letters) != 2 || r.Problem != "" {
			t.Fatalf("took %+v", r)
		}
		if !strings.HasSuffix(r.MovedTo, "/done/batch.pdf") {
			t.Errorf("the source was moved to %q", r.MovedTo)
		}
		for i, want := range []struct {
			name, postcode string
			lang           complaint.Language
			pages          int
		}{{"Emily Clark", "S1 4HD", complaint.English, 2},
			{"Jan Kowalski", "00-950", complaint.Polish, 1}} {
			l := r.Letters[i]
			c := f.record(l).Complaint
			if c.CustomerName != want.name || c.Language != want.lang || l.Pages != want.pages || c.Channel != complaint.ChannelLetter {
				t.Errorf("letter %d: %q, %q, %d pages, by %s", i+1, c.CustomerName, c.Language, l.Pages, c.Channel)
			}
			found := slices.IndexFunc(f.record(l).Details, func(d complaint.Found) bool {
				return d.Kind == complaint.DetailPostcode && d.Value == want.postcode && d.Where.Page == 1 && d.Where.Box != nil && d.Where.Box[2] > 0
			})
			if found < 0 || c.PostalConfirmed {
				t.Errorf("P9: letter %d: the postcode %s is not found with its place; confirmed %v", i+1, want.postcode, c.PostalConfirmed)
			}
			if !l.Received.Equal(received) || l.AckDueAt == nil || !l.AckDueAt.Equal(received.Add(24*time.Hour)) {
				t.Errorf("P12: received %s, due %v; want %s and 24 hours more", l.Received, l.AckDueAt, received)
			}
			if !strings.Contains(l.Held, "confirm") {
				t.Errorf("letter %d is held because %q: nothing may leave to what was only read", i+1, l.Held)
			}
		}
	})
}

// TestP12LetterOf30HoursIsABreachAtOnce takes a letter in that lay in the mailroom for
// more than a day: the breach is on record at once, and it is first on the desk.
func TestP12LetterOf30HoursIsABreachAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		fresh := f.took(f.typed("fresh.pdf", jans()), "--received", f.hoursAgo(2)).Letters[0]
		late := f.took(f.typed("late.pdf", emilys()), "--received", f.hoursAgo(30)).Letters[0]
		if fresh.Overdue || !late.Overdue {
			t.Errorf("P12: overdue after 2 hours %v, after 30 %v", fresh.Overdue, late.Overdue)
		}
		v := f.record(late)
		breaches := 0
		for _, e := range v.Events {
			if e.Kind == "breach" {
				breaches++
			}
		}
		if breaches != 1 {
			t.Errorf("%d breaches in the history, want 1", breaches)
		}
		var d ingest.Desk
		if err := json.Unmarshal([]byte(f.must(exitDone, "--json", "desk")), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Letters) != 2 || d.Letters[0].Arrival.ID != late.Arrival || !d.Letters[0].Overdue {
			t.Errorf("the desk shows %+v", d.Letters)
		}
		f.must(exitDone, "desk", "confirm", late.Arrival)
		v = f.record(late)
		if len(v.Deliveries) != 1 || v.Deliveries[0].Way != complaint.ByLetter || !strings.HasPrefix(v.Deliveries[0].Postal, "Emily Clark\nFlat 12") {
			t.Errorf("after the confirmation: %+v", v.Deliveries)
		}
	})
}

// TestSameFileAndSamePagesAreLinked takes a file in twice, and its pages in another
// file.
func TestSameFileAndSamePagesAreLinked(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		path := f.typed("one.pdf", emilys())
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		first := f.took(path)
		copied := filepath.Join(f.TempDir(), "copy.pdf")
		if err := os.WriteFile(copied, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		again := f.took(copied)
		if !again.Again || len(again.Letters) != 1 || again.Letters[0].Arrival != first.Letters[0].Arrival {
			t.Errorf("the same file made %+v", again)
		}
		pages := f.took(f.typed("two.pdf", emilys(), side{code: separator()}, jans()))
		if len(pages.Letters) != 2 || pages.Letters[0].Outcome != complaint.Duplicate || pages.Letters[0].Reference != first.Letters[0].Reference || pages.Letters[1].Outcome != complaint.ToComplaint {
			t.Errorf("the same pages made %+v", pages.Letters)
		}
	})
}

// TestSlipAndReferenceJoin takes letters in that answer a complaint: one with our
// signed code, one with the reference and the same person, one by somebody else.
func TestLetterJoinsBySlipOrByReferenceOfTheSamePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		ref := f.took(f.typed("first.pdf", emilys())).Letters[0].Reference
		slip := f.took(f.typed("slip.pdf", side{lines: []string{"Here is the receipt that you asked for."}, code: f.app.office.signer.SlipCode("", ref)})).Letters[0]
		if slip.Outcome != complaint.Correspondence || slip.Reference != ref {
			t.Errorf("the reply slip made %+v", slip)
		}
		forged := f.took(f.typed("forged.pdf", side{lines: []string{"Hello."}, code: "skarga:slip/" + string(ref) + ".k1.aaaaaaaaaaaaaaaa"})).Letters[0]
		if forged.Outcome != complaint.ToComplaint {
			t.Errorf("a code that we did not sign made %+v", forged)
		}
		same := f.took(f.typed("same.pdf", emilys("It is about your reference "+string(ref)+"."))).Letters[0]
		if same.Outcome != complaint.Correspondence || same.Reference != ref {
			t.Errorf("the reference with the same person made %+v", same)
		}
		other := f.took(f.typed("other.pdf", jans("Numer sprawy "+string(ref)+"."))).Letters[0]
		if other.Outcome != complaint.ToComplaint || other.Reference == ref {
			t.Fatalf("the reference by somebody else made %+v", other)
		}
		v := f.record(other)
		if len(v.Links) != 1 || v.Links[0].State != "proposed" || !v.Complaint.Provisional {
			t.Fatalf("it is not proposed: %+v", v.Links)
		}
		f.must(exitDone, "desk", "link", "confirm", v.Links[0].ID)
		if a, err := f.app.store.GetArrival(t.Context(), other.Arrival); err != nil || a.Outcome != complaint.Correspondence {
			t.Errorf("after the confirmation: %+v, %v", a, err)
		}
	})
}

// TestDirectorySuppliesTheAddress acknowledges a letter by itself whose account and
// name the directory has, and no other.
func TestDirectorySuppliesTheAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		list := filepath.Join(t.TempDir(), "customers.csv")
		if err := os.WriteFile(list, []byte("account;name;building;room;address;e-mail\n4471823;Clark Emily;Cavendish House;12;Flat 12, Cavendish House, 34 Wellington St, Sheffield, S1 4HD;emily@student.example\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		f := mailroom(t, postgres, fmt.Sprintf("[import]\ndirectory = %q\n", list))
		given := f.hoursAgo(1)
		sure := f.took(f.typed("sure.pdf", emilys()), "--received", given).Letters[0]
		v := f.record(sure)
		if sure.Held != "" || len(v.Deliveries) != 1 || !strings.Contains(v.Deliveries[0].Postal, "34 Wellington St\n") || v.Record.Building != "Cavendish House" {
			t.Errorf("held %q, %+v, record %+v", sure.Held, v.Deliveries, v.Record)
		}
		mail := f.took(f.typed("mail.pdf", emilys("Please write to emily@student.example.")), "--received", given).Letters[0]
		if v := f.record(mail); mail.Held != "" || len(v.Deliveries) != 1 || v.Deliveries[0].Recipient != "emily@student.example" {
			t.Errorf("held %q, %+v", mail.Held, v.Deliveries)
		}
		stolen := f.took(f.typed("stolen.pdf", emilys("Please write to eve@evil.example.")), "--received", given).Letters[0]
		if stolen.Held == "" || len(f.record(stolen).Deliveries) > 0 {
			t.Errorf("a letter with the account and another e-mail address was answered by itself: %+v", f.record(stolen).Deliveries)
		}
		// Post came back from the directory's address: nothing goes there again by itself.
		f.manager(exitDone, "letters", "posted", f.printed().Run)
		f.manager(exitDone, "letters", "returned", string(sure.Reference), "--reason", "gone away")
		f.must(exitDone, "desk", "turn", sure.Arrival, "--page", "1", "--by", "180")
		v = f.record(sure)
		if len(v.Deliveries) != 1 || v.Complaint.PostalConfirmed || !strings.Contains(v.Complaint.PostFault(), "(gone away)") {
			t.Errorf("after the letter came back: %+v, %+v", v.Deliveries, v.Complaint)
		}
	})
}

// TestBatchWithWrongCountGoesToTheDeskWhole takes a batch in from which a page is
// missing, settles it and confirms its letter.
func TestBatchWithWrongCountGoesToTheDeskWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "B7", Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: 2}
		r := f.took(f.typed("b7.pdf", side{code: sheet.Code()}, emilys(), side{code: separator()}, jans()))
		if r.Problem != "" {
			t.Fatalf("two pages beside the sheets: %s", r.Problem)
		}
		sheet.Batch, sheet.Pages = "B8", 5
		r = f.took(f.typed("b8.pdf", side{code: sheet.Code()}, emilys("Second time."), side{code: separator()}, jans("Drugi raz.")))
		if !strings.Contains(r.Problem, "5 pages and 2 were scanned") || !strings.Contains(r.MovedTo, "/desk/") || len(r.Letters) != 2 || r.Letters[0].AckDueAt == nil {
			t.Fatalf("took %+v", r)
		}
		l := r.Letters[0]
		if out := f.must(exitFailed, "desk", "confirm", l.Arrival); !strings.Contains(out, "desk check B8") {
			t.Errorf("a letter of a batch at the desk was confirmed: %s", out)
		}
		if out := f.must(exitDone, "desk"); !strings.Contains(out, "B8") {
			t.Errorf("the desk does not show the batch:\n%s", out)
		}
		f.must(exitDone, "desk", "check", "B8", "--reason", "the sheet was filled in wrongly")
		f.must(exitDone, "desk", "confirm", l.Arrival)
		if v := f.record(l); len(v.Deliveries) != 1 {
			t.Errorf("after the check: %+v", v.Deliveries)
		}
		// Received after the scan: not believed, and flagged.
		sheet.Batch, sheet.Pages, sheet.Received = "B9", 1, time.Now().Add(48*time.Hour)
		r = f.took(f.typed("b9.pdf", side{code: sheet.Code()}, emilys("Third time.")))
		if !strings.Contains(r.Problem, "still to come") || r.Letters[0].Received.After(time.Now()) {
			t.Errorf("received in the future: %+v", r)
		}
		// A day without a time is flagged, and said at the desk.
		l = f.took(f.typed("day.pdf", emilys("Fourth time.")), "--received", time.Now().In(f.app.rules.Location).Format(time.DateOnly)).Letters[0]
		if !strings.Contains(l.Held, "00:00") {
			t.Errorf("held because %q", l.Held)
		}
		at := time.Now().Add(-26 * time.Hour).In(f.app.rules.Location).Truncate(time.Minute)
		f.must(exitDone, "desk", "received", l.Batch, at.Format("2006-01-02 15:04"))
		v := f.record(l)
		if !v.Complaint.ReceivedAt.Equal(at) || !v.Obligations[0].DueAt.Equal(at.Add(24*time.Hour)) || v.Obligations[0].BreachedAt.IsZero() {
			t.Errorf("P12: after the correction received %s, %+v", v.Complaint.ReceivedAt, v.Obligations[0])
		}
	})
}

// TestLettersAreSplitAndJoined divides what was scanned as one, undoes it, and joins
// what was scanned as two.
func TestLettersAreSplitAndJoined(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := f.hoursAgo(1)
		l := f.took(f.typed("two.pdf", emilys(), jans()), "--received", given).Letters[0]
		second := f.splits(l.Arrival, 1)
		if c := f.record(l).Complaint; c.CustomerName != "Emily Clark" || strings.Contains(c.Summary, "Kowalski") {
			t.Errorf("the first letter is by %q: %q", c.CustomerName, c.Summary)
		}
		a, err := f.app.store.GetArrival(t.Context(), second)
		if err != nil {
			t.Fatal(err)
		}
		if c := f.view(a).Complaint; c.CustomerName != "Jan Kowalski" || c.Language != complaint.Polish || !c.ReceivedAt.Equal(f.record(l).Complaint.ReceivedAt) {
			t.Errorf("the second letter: %+v", c)
		}
		f.must(exitDone, "desk", "join", l.Arrival, second)
		pages, err := f.app.store.LetterPages(t.Context(), l.Arrival)
		if err != nil || len(pages) != 2 {
			t.Errorf("after the join: %d pages, %v", len(pages), err)
		}
		if a, err = f.app.store.GetArrival(t.Context(), second); err != nil || a.Outcome != complaint.Duplicate || a.ComplaintID != f.record(l).Complaint.ID {
			t.Errorf("the joined letter: %+v, %v", a, err)
		}
		v := f.record(l)
		f.must(exitDone, "overrule", "undo", v.Decisions[len(v.Decisions)-1].ID, "--reason", "they are two")
		if pages, err = f.app.store.LetterPages(t.Context(), second); err != nil || len(pages) != 1 {
			t.Errorf("after undoing the join the second letter has %d pages, %v", len(pages), err)
		}
		// P1: two that were joined by mistake and split again are two.
		f.must(exitDone, "desk", "join", l.Arrival, second)
		third := f.splits(l.Arrival, 1)
		if a, err = f.app.store.GetArrival(t.Context(), third); err != nil || a.Outcome != complaint.ToComplaint {
			t.Fatalf("split off again it is %+v, %v", a, err)
		}
		if c := f.view(a).Complaint; c.CustomerName != "Jan Kowalski" || c.ID == f.record(l).Complaint.ID || c.Stage.Ended() {
			t.Errorf("split off again: %+v", c)
		}
	})
}

// TestP11NothingByPhoneThroughTheImport tries every way in that the import has.
func TestP11NothingByPhoneThroughTheImport(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		path := f.typed("phone.pdf", emilys())
		if out := f.must(exitRefused, "import", "--channel", "phone", path); !strings.Contains(out, "P11") {
			t.Errorf("the refusal does not name the policy: %s", out)
		}
		l := f.took(path).Letters[0]
		f.must(exitRefused, "desk", "set", l.Arrival, "channel=phone")
		if c := f.record(l).Complaint; c.Channel != complaint.ChannelLetter {
			t.Errorf("P11: the channel is %s", c.Channel)
		}
		if _, err := f.tamper("UPDATE arrivals SET channel = 'phone'"); err == nil {
			t.Error("P11: the database took the channel phone")
		}
	})
}

// TestFilesThatCannotBeReadGoToTheDesk takes in what is no scan: each is on record with
// its clock running, and the reason is told.
func TestFilesThatCannotBeReadGoToTheDesk(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		locked := fpdf.New("P", "mm", "A4", "")
		locked.SetProtection(fpdf.CnProtectPrint, "secret", "owner")
		locked.AddPage()
		var b bytes.Buffer
		if err := locked.Output(&b); err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{"locked.pdf": b.String(), "letter.docx": "PK\x03\x04 not a scan", "broken.pdf": "%PDF-1.7\nrubbish", "empty.pdf": ""} {
			path := filepath.Join(f.TempDir(), name)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			r := f.took(path)
			if name == "locked.pdf" && !strings.Contains(r.Problem, "password") {
				t.Errorf("an encrypted PDF is at the desk because %q", r.Problem)
			}
			if r.Problem == "" || !strings.Contains(r.MovedTo, "/desk/") {
				t.Errorf("%s: %+v", name, r)
			}
			list, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{Mailbox: name})
			if err != nil || len(list) != 1 || list[0].Outcome != complaint.ToComplaint || !list[0].Held {
				t.Errorf("%s: arrivals %+v, %v", name, list, err)
			}
		}
	})
}
