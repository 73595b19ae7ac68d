package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// letterDues are letters that wait, by when they are due.
type letterDues struct{ written, unwritten []time.Time }

func lettersDue(at []time.Time, before time.Time) (list []complaint.Letter) {
	for _, due := range at {
		if due.Before(before) {
			list = append(list, complaint.Letter{Due: due})
		}
	}
	return list
}

func (d letterDues) UnpostedLetters(context.Context, string) ([]complaint.Letter, error) {
	return lettersDue(d.written, time.Unix(1<<40, 0)), nil
}

func (d letterDues) UnwrittenLetters(_ context.Context, _ string, before time.Time) ([]complaint.Letter, error) {
	return lettersDue(d.unwritten, before), nil
}

// TestLettersBeforeAWeekend asks on a Friday what falls due before Monday's post.
func TestLettersBeforeAWeekend(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	friday := time.Date(2026, 11, 27, 11, 0, 0, 0, london)
	for at, want := range map[time.Time]string{
		friday:                    "print and post them today by 15:00",
		friday.Add(5 * time.Hour): "Today's post was taken at 15:00",
		friday.AddDate(0, 0, 1):   "No post is taken today (Saturday)",
	} {
		f.app.cases.Now = func() time.Time { return at }
		saturday, later := friday.Add(26*time.Hour), friday.AddDate(0, 0, 9)
		for dues, also := range map[*letterDues]string{
			{written: []time.Time{saturday, later}}:                            "1 letter falls due",
			{written: []time.Time{saturday}, unwritten: []time.Time{saturday}}: "2 letters fall due",
			{unwritten: []time.Time{saturday, later}}:                          "Not written yet, or held at the desk: 1.",
		} {
			got, err := f.app.cases.BeforeNextPost(t.Context(), *dues, "")
			if text := got.String(); err != nil || !strings.Contains(text, want) || !strings.Contains(text, also) || !strings.Contains(text, "Mon 30 Nov 15:00") {
				t.Errorf("%s: %q, %v", at, text, err)
			}
		}
		if got, err := f.app.cases.BeforeNextPost(t.Context(), letterDues{written: []time.Time{later}, unwritten: []time.Time{later}}, ""); err != nil || got.String() != "" {
			t.Errorf("%s: a warning about what is due in a week: %q, %v", at, got, err)
		}
	}
}

// TestP12LettersThatAreNotWritten lists what is due by letter and has none: a complaint
// that waits for an address, and not one whose letter is printed next.
func TestP12LettersThatAreNotWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true})
		f.byPost("Jan Nowak", "Flat 2", "14 Fitzwilliam Street", "Sheffield", "S1 4JL")
		waits := f.byPost("Łucja Żak")
		now := f.app.now()
		got, err := f.app.store.UnwrittenLetters(t.Context(), "Anna Kowalska", now.Add(25*time.Hour))
		if err != nil || len(got) != 1 || got[0].Reference != waits.Complaint.Reference || !got[0].Due.Equal(waits.Obligations[0].Deadline()) {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := f.app.store.UnwrittenLetters(t.Context(), "", now.Add(time.Hour)); err != nil || len(got) != 0 {
			t.Errorf("due within the hour: %+v, %v", got, err)
		}
	})
}
