package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pdfcpu/pdfcpu/pkg/api"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/mailer/letter"
	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
)

// byPost takes a form in whose sender wants letters, and gives the complaint.
func (f *firm) byPost(name string, post ...string) complaint.View {
	f.Helper()
	form := ingest.Form{ID: complaint.NewID(), At: f.app.now(), Language: complaint.Polish, AboutService: true, Happened: "Internet nie działa od tygodnia.",
		Name: name, ReplyBy: complaint.ByLetter, Post: post}
	if err := f.app.intake.TakeForm(f.Context(), form, from(f.app.cfg), time.Minute); err != nil {
		f.Fatal(err)
	}
	a, err := f.app.store.GetArrival(f.Context(), form.ID)
	if err != nil {
		f.Fatal(err)
	}
	return f.view(a)
}

// printed runs `letters print` and gives what it says.
func (f *firm) printed() (run struct {
	Run, File string
	Letters   int
	Reprint   int
}) {
	f.Helper()
	if err := json.Unmarshal([]byte(f.must(exitDone, "--as", "Anna Kowalska", "--json", "letters", "print")), &run); err != nil {
		f.Fatal(err)
	}
	return run
}

// manager runs a command as the manager.
func (f *firm) manager(code int, args ...string) string {
	f.Helper()
	return f.must(code, append([]string{"--as", "Anna Kowalska"}, args...)...)
}

// TestP12LetterIsMetByPosting follows an acknowledgement on paper: printed is not
// sent, posted is, and one that comes back opens the promise again.
func TestP12LetterIsMetByPosting(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		v := f.byPost("Żaneta Wójcik", "ul. Łąkowa 3", "30-001 Kraków", "Polska")
		other := f.byPost("Jan Nowak", "Flat 2", "14 Fitzwilliam Street", "Sheffield", "S1 4JL")
		ref := string(v.Complaint.Reference)
		if d := v.Deliveries; len(d) != 1 || d[0].Way != complaint.ByLetter || d[0].Status != complaint.Queued || d[0].Recipient != "" {
			t.Fatalf("deliveries: %+v", d)
		}
		if out := f.must(exitDone, "letters"); !strings.Contains(out, ref) || !strings.Contains(out, "to print") {
			t.Errorf("letters: %s", out)
		}
		run := f.printed()
		if run.Letters != 2 || run.Reprint != 0 {
			t.Errorf("run: %+v", run)
		}
		pdf, err := os.ReadFile(run.File)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := api.PageCount(bytes.NewReader(pdf), nil); err != nil || n < 3 {
			t.Errorf("%d pages, %v; want a cover and two letters", n, err)
		}
		if o := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID}).Obligations[0]; o.State != complaint.Open {
			t.Errorf("a printed letter met the promise: %s", o.State)
		}
		f.manager(exitFailed, "letters", "posted", run.Run, "--at", "2999-01-01 10:00")
		if out := f.manager(exitFailed, "letters", "posted", "P-19990101-1"); !strings.Contains(out, "skarga letters list") {
			t.Errorf("a run that is not there: %s", out)
		}
		f.manager(exitDone, "letters", "posted", run.Run, "--except", string(other.Complaint.Reference))
		posted := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID})
		if o := posted.Obligations[0]; o.State != complaint.Met || !o.BreachedAt.IsZero() || posted.Complaint.Stage != complaint.StageAcknowledged || posted.Deliveries[0].Status != complaint.Sent {
			t.Errorf("after posting: %+v, stage %s", o, posted.Complaint.Stage)
		}
		f.manager(exitFailed, "letters", "posted", run.Run) // the one that was left out is no longer in it
		if again := f.printed(); again.Letters != 1 || again.Run == run.Run {
			t.Errorf("the letter that was left out: %+v", again)
		}
		f.manager(exitDone, "letters", "returned", ref, "--reason", "gone away")
		back := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID})
		if back.Obligations[0].State != complaint.Open || back.Complaint.PostalConfirmed || back.Deliveries[0].Status != complaint.Bounced {
			t.Errorf("after the return: %+v", back.Obligations[0])
		}
		for _, out := range []string{f.must(exitDone, "letters"), f.manager(exitFailed, append([]string{"reply", ref, "--send"}, sayUpdate...)...)} {
			if !strings.Contains(out, "came back on "+time.Now().In(f.app.rules.Location).Format("2 January 2006")+" (gone away): confirm another address") || strings.Contains(out, "nobody has confirmed") {
				t.Errorf("what came back: %s", out)
			}
		}
		f.must(exitDone, "audit", "verify")
		if n := f.sink.Len(); n != 0 {
			t.Errorf("%d mails left for people who asked for letters", n)
		}
	})
}

// scanned opens a PDF as a scan of it would be.
func scanned(t *testing.T, name string) (pages []file.Page) {
	t.Helper()
	opener := file.NewOpener(file.Options{})
	defer opener.Close()
	pdf, err := opener.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer pdf.Close()
	for n := range pdf.Pages() {
		p, err := pdf.Page(t.Context(), n+1)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages
}

// readBack gives the words of a PDF and how many pages it has.
func readBack(t *testing.T, name string) (text string, pages int) {
	t.Helper()
	var words []string
	all := scanned(t, name)
	for _, p := range all {
		for _, w := range p.Words {
			words = append(words, w.Text)
		}
	}
	return strings.Join(words, " "), len(all)
}

// TestP17LetterHasASlipThatProvesItself reads the code off the printed run.
func TestP17LetterHasASlipThatProvesItself(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := f.byPost("Żaneta Wójcik", "ul. Łąkowa 3", "30-001 Kraków", "Polska")
	run := f.printed()
	pages := scanned(t, run.File)
	var slips []complaint.Reference
	for _, p := range pages {
		for _, c := range code.Find(p.Gray) {
			if ref, ok := f.app.office.signer.ParseSlip(c.Text); ok {
				slips = append(slips, ref)
			}
		}
	}
	if !slices.Equal(slips, []complaint.Reference{v.Complaint.Reference}) {
		t.Errorf("slips: %v", slips)
	}
	if all, _ := readBack(t, run.File); !strings.Contains(all, "Otrzymaliśmy Państwa skargę") || !strings.Contains(all, "Odcinek zwrotny") {
		t.Errorf("the letter to a Polish reader: %.400s", all)
	}
}

// TestRunShowsEachLetterAsItIsStored compares the pages of a run with those of its
// letters, dot by dot: joining them must not mix up their fonts.
func TestRunShowsEachLetterAsItIsStored(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	var single []file.Page
	for _, lang := range []complaint.Language{complaint.English, complaint.Polish, complaint.Both} {
		form := ingest.Form{ID: complaint.NewID(), At: f.app.now(), Language: lang, AboutService: true, Happened: "Internet nie działa: " + string(lang),
			Name: "Łucja Żak", ReplyBy: complaint.ByLetter, Post: []string{"Flat 2", "Sheffield S1 4JL"}}
		if err := f.app.intake.TakeForm(f.Context(), form, from(f.app.cfg), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	run := f.printed()
	letters, err := f.app.store.UnpostedLetters(t.Context(), "")
	if err != nil || len(letters) != 3 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	for _, l := range letters {
		d, err := f.app.store.Delivery(t.Context(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), l.ID+".pdf")
		if err := os.WriteFile(name, d.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		single = append(single, scanned(t, name)...)
	}
	joined := scanned(t, run.File)[1:] // behind the cover
	if len(joined) != len(single) {
		t.Fatalf("%d pages in the run, %d in its letters", len(joined), len(single))
	}
	for i := range joined {
		if !bytes.Equal(joined[i].Gray.Pix, single[i].Gray.Pix) {
			t.Errorf("page %d of the run looks otherwise than the letter", i+2)
		}
	}
}

// TestReturnedMailTurnsToALetter bounces an acknowledgement of somebody whose postal
// address is known.
func TestReturnedMailTurnsToALetter(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		a, v := f.first()
		ref := string(v.Complaint.Reference)
		f.manager(exitUsage, "letters", "address", ref, "Emily Carter")
		f.manager(exitDone, "letters", "address", ref, "Emily Carter", "Flat 2", "Sheffield S1 4JL")
		f.manager(exitDone, "letters", "preview", ref, "--to", filepath.Join(t.TempDir(), "letter.pdf"))
		f.take(bounceOf("complaints@ask4.com", v.Deliveries[0].Recipient, "", v.Deliveries[0].MessageID))
		if err := f.app.clock().Look(f.Context()); err != nil {
			t.Fatal(err)
		}
		now := f.view(a)
		if len(now.Deliveries) != 2 || now.Deliveries[1].Way != complaint.ByLetter || now.Deliveries[1].ObligationID != v.Obligations[0].ID || now.Obligations[0].State != complaint.Open {
			t.Fatalf("after the bounce: %+v", now.Deliveries)
		}
		f.manager(exitDone, "letters", "posted", f.printed().Run)
		if o := f.view(a).Obligations[0]; o.State != complaint.Met {
			t.Errorf("the letter was posted, the promise is %s", o.State)
		}
	})
}

// TestInterruptedPrintRunIsFinishedAndSaysSo loses the file of a run before it was
// there, as a crash does, and prints again.
func TestInterruptedPrintRunIsFinishedAndSaysSo(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	f.byPost("Jan Nowak", "Flat 2", "Sheffield", "S1 4JL")
	blocked := f.app.cfg.Letters.Folder
	if err := os.MkdirAll(filepath.Dir(blocked), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	f.manager(exitFailed, "letters", "print")
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	f.byPost("Ewa Zych", "Flat 3", "Sheffield", "S1 4JL")
	run := f.printed()
	if run.Letters != 1 || run.Reprint != 1 {
		t.Errorf("the interrupted run: %+v", run)
	}
	if next := f.printed(); next.Letters != 1 || next.Reprint != 0 || next.Run == run.Run {
		t.Errorf("the next run: %+v", next)
	}
	if out := f.must(exitDone, "--as", "Anna Kowalska", "letters", "print"); !strings.Contains(out, "No letter waits") {
		t.Errorf("print again: %s", out)
	}
	if out := f.manager(exitDone, "letters", "reprint", run.Run); !strings.Contains(out, "may have been printed before") {
		t.Errorf("reprint: %s", out)
	}
}

// TestLongAddressesWaitForAPerson: an address that the window of an envelope does not show
// is said to be so where it waits, and is never cut.
func TestLongAddressesWaitForAPerson(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	line := "a line of an address that is as long as two, and of which there are many"
	v := f.byPost("Jan Nowak", line, line, line, line, "Sheffield S1 4JL")
	if len(v.Deliveries) != 0 || !strings.Contains(v.Arrivals[0].HoldReason, "too long for the window") {
		t.Fatalf("deliveries %+v, held: %q", v.Deliveries, v.Arrivals[0].HoldReason)
	}
	if out := f.must(exitDone, "letters"); !strings.Contains(out, "too long for the window") {
		t.Errorf("letters: %s", out)
	}
	ref := string(v.Complaint.Reference)
	if out := f.manager(exitUsage, "letters", "address", ref, "Jan Nowak", line, line, line, line, "Sheffield S1 4JL"); !strings.Contains(out, "too long for the window") {
		t.Errorf("letters address: %s", out)
	}
	f.manager(exitDone, "letters", "address", ref, "Jan Nowak", line, "Sheffield S1 4JL")
	text, _ := readBack(t, f.printed().File)
	if !strings.Contains(text, line) {
		t.Errorf("the line of the address is not whole in %q", text)
	}
}

func TestWindowIsThatOfTheCountry(t *testing.T) {
	t.Parallel()
	for last, want := range map[string]letter.Window{
		"Polska": letter.WindowPoland, "POLAND": letter.WindowPoland, "31-154 Kraków": letter.WindowPoland, "31-154 Kraków Polska": letter.WindowPoland,
		"United Kingdom": letter.WindowUK, "Sheffield S1 4JL": letter.WindowUK, "S1 4JL": letter.WindowUK, "Poland Street": letter.WindowUK,
	} {
		if got := window([]string{"Jan Nowak", last}, "auto"); got != want {
			t.Errorf("%s: %s", last, got)
		}
	}
	if got := window([]string{"Jan Nowak", "Polska"}, "uk"); got != letter.WindowUK {
		t.Errorf("a window that is set: %s", got)
	}
}

// TestALetterAbroadNamesTheCountry: without it, or in another language, it goes nowhere.
func TestALetterAbroadNamesTheCountry(t *testing.T) {
	t.Parallel()
	here, there := []string{"ASK4", "Sheffield S1 4JL"}, []string{"ASK4", "ul. Krótka 1", "00-950 Warszawa"}
	for name, c := range map[string]struct{ to, firm, want []string }{
		"no country":     {[]string{"Jan Nowak", "31-154 Kraków"}, here, []string{"Jan Nowak", "31-154 Kraków", "POLAND"}},
		"in Polish":      {[]string{"Jan Nowak", "31-154 Kraków", "Polska"}, here, []string{"Jan Nowak", "31-154 Kraków", "POLAND"}},
		"within Poland":  {[]string{"Jan Nowak", "31-154 Kraków"}, there, []string{"Jan Nowak", "31-154 Kraków"}},
		"within Britain": {[]string{"Jan Nowak", "Leeds LS1 4HD"}, here, []string{"Jan Nowak", "Leeds LS1 4HD"}},
	} {
		if diff := cmp.Diff(c.want, addressed(c.to, c.firm)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestBatchThatWasNotPrintedIsNotOnRecord: letters on record whose sheet nobody has would
// be missed for good.
func TestBatchThatWasNotPrintedIsNotOnRecord(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	f.must(exitFailed, "sheet", "batch", "--received", "2026-11-20 09:15", "--letters", "12", "--to", filepath.Join(t.TempDir(), "missing", "s.pdf"))
	if n, err := f.app.store.MissingLetters(t.Context(), "", time.Now(), 10); err != nil || len(n) != 0 {
		t.Errorf("on record: %+v, %v", n, err)
	}
	f.must(exitDone, "sheet", "batch", "--received", "2026-11-20 09:15", "--letters", "12", "--to", filepath.Join(t.TempDir(), "s.pdf"))
	if n, err := f.app.store.MissingLetters(t.Context(), "", time.Now(), 10); err != nil || len(n) != 1 {
		t.Errorf("on record: %+v, %v", n, err)
	}
}

func TestSheetsAreRefusedWhenTheyMakeNoSense(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	to := filepath.Join(t.TempDir(), "s.pdf")
	for _, args := range [][]string{{"batch", "--received", "2999-01-01 09:00"}, {"batch", "--received", "yesterday"}, {"batch"}, {"separator", "--count", "0"}} {
		f.must(exitUsage, append(append([]string{"sheet"}, args...), "--to", to)...)
	}
	f.must(exitDone, "sheet", "batch", "--received", "2026-11-20 09:15", "--operator", "ANNA", "--pages", "37", "--to", to)
	f.must(exitDone, "sheet", "separator", "--count", "50", "--to", to)
	if n, err := api.PageCountFile(to); err != nil || n != 50 {
		t.Errorf("%d sheets, %v", n, err)
	}
}
