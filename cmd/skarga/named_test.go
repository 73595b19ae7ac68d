package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// onPaper reads what stands on a delivery that is a letter.
func (f *firm) onPaper(d complaint.Delivery) string {
	f.Helper()
	whole, err := f.app.store.Delivery(f.Context(), d.ID)
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(f.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, whole.Bytes, 0o600); err != nil {
		f.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.Join(readPDF(f.T, path), " ")), " ")
}

// TestP3AConfirmedNameStandsInTheSalutation confirms letters at the desk: the
// acknowledgement names who wrote, by post or by mail, in both languages. A name that nobody
// compared, or that came in a form or a mail, is not used.
func TestP3AConfirmedNameStandsInTheSalutation(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := f.hoursAgo(1)
		for i, c := range []struct {
			s    side
			set  []string
			want string
		}{
			{emilys(), nil, "Dear Emily Clark,"},
			{jans(), nil, "Sz. P. Jan Kowalski Dzień dobry,"},
			{emilys("Second."), []string{"name=Emilie Clarke"}, "Dear Emilie Clarke,"},                                   // it was read wrongly
			{emilys("Fourth."), []string{"name=Emma Clarke", "address=12 High St; Leeds; LS1 4HD"}, "Dear Emma Clarke,"}, // given without the name
			{emilys("Third."), []string{"name="}, "Dear customer,"},
		} {
			l := f.took(f.typed("one.pdf", c.s), "--received", given).Letters[0]
			if c.set != nil {
				f.must(exitDone, append([]string{"desk", "set", l.Arrival}, c.set...)...)
			}
			if c.want == "Dear customer," { // nobody could read who wrote
				f.must(exitDone, "desk", "set", l.Arrival, "address=The resident; Flat 12; 34 Wellington Street; Sheffield; S1 4HD")
			}
			f.must(exitDone, "desk", "confirm", l.Arrival)
			v := f.record(l)
			if len(v.Deliveries) != 1 || !strings.Contains(f.onPaper(v.Deliveries[0]), c.want) {
				t.Errorf("letter %d does not say %q: %s", i, c.want, f.onPaper(v.Deliveries[0]))
			}
			if first, _, _ := strings.Cut(v.Deliveries[0].Postal, "\n"); c.set != nil && c.set[0] != "name=" && first != strings.TrimPrefix(c.set[0], "name=") {
				t.Errorf("letter %d goes to %q", i, v.Deliveries[0].Postal)
			}
		}
		l := f.took(f.typed("mail.pdf", side{lines: []string{"Olga Nowak", "olga@student.example", "", "Dear Sir or Madam,", "my router is broken and nobody comes to repair it."}}), "--received", given).Letters[0]
		f.must(exitDone, "desk", "set", l.Arrival, "name=Olga Nowak")
		f.must(exitDone, "desk", "confirm", l.Arrival)
		v := f.record(l)
		if d, err := f.app.store.Delivery(t.Context(), v.Deliveries[0].ID); err != nil || d.Way != complaint.ByEmail || !strings.Contains(plainText(d.Bytes), "Dear Olga Nowak,") {
			t.Errorf("by mail: %v\n%s", err, plainText(d.Bytes))
		}
		form := f.byPost("Rude Words", "ul. Łąkowa 3", "30-001 Kraków", "Polska")
		if text := f.onPaper(form.Deliveries[0]); strings.Contains(text, "Sz. P.") || strings.Count(text, "Rude Words") != 1 {
			t.Errorf("the name of a form is in the salutation: %s", text)
		}
	})
}

// TestAMergedLetterSaysWhereItIs asks the desk for a complaint whose letter joined another.
func TestAMergedLetterSaysWhereItIs(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		two := f.took(f.typed("two.pdf", emilys(), side{code: separator()}, jans()))
		stays, went := two.Letters[0], two.Letters[1]
		f.must(exitDone, "desk", "join", stays.Arrival, went.Arrival)
		if out := f.must(exitFailed, "desk", "show", string(went.Reference)); !strings.Contains(out, "merged into "+string(stays.Reference)) || !strings.Contains(out, "skarga show "+string(stays.Reference)) {
			t.Errorf("the merged letter: %s", out)
		}
	})
}

// TestEveryDecisionSaysHowItIsTakenBack takes back what the desk did as its hint says.
func TestEveryDecisionSaysHowItIsTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		l := f.took(f.typed("two.pdf", emilys(), jans())).Letters[0]
		was := f.shown(l.Arrival)
		for _, act := range [][]string{{"hand-back", l.Arrival, "--reason", "a corner is folded"}, {"set-aside", l.Arrival, "--reason", "an advertisement"},
			{"turn", l.Arrival, "--page", "1", "--by", "180"}, {"reorder", l.Arrival, "2", "1"}, {"split", l.Arrival, "--after", "1"}} {
			out := f.must(exitDone, append([]string{"desk"}, act...)...)
			_, hint, _ := strings.Cut(out, "`skarga ")
			args := strings.Fields(strings.Split(hint, " --reason")[0])
			if len(args) != 3 {
				t.Fatalf("%s says %q", act[0], out)
			}
			f.must(exitDone, append(args, "--reason", "it was wrong")...)
			v := f.shown(l.Arrival)
			if v.Arrival.HoldReason != was.Arrival.HoldReason || v.Paper.Text != was.Paper.Text || len(v.Pages) != 2 || v.Pages[0].Turned != 0 || v.Pages[0].ReadAt.IsZero() || v.Complaint.Complaint.Stage != complaint.StageReceived {
				t.Errorf("after %s was taken back: held because %q, stage %s, %+v", act[0], v.Arrival.HoldReason, v.Complaint.Complaint.Stage, v.Pages)
			}
		}
	})
}
