package complaint_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

func calendar(t *testing.T, name string) *complaint.Calendar {
	t.Helper()
	c, err := complaint.NewCalendar(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPublishedHolidays compares chosen weekdays with the lists that the
// governments published.
func TestPublishedHolidays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ off, on []string }{
		"GB-EAW": {
			off: []string{"2020-05-08", "2021-12-27", "2021-12-28", "2022-01-03", "2022-06-02", "2022-06-03", "2022-09-19", "2022-12-26", "2022-12-27", "2023-05-08", "2026-12-25", "2026-12-28", "2027-12-27", "2027-12-28", "2028-01-03"},
			on:  []string{"2020-05-04", "2022-05-30", "2026-12-24", "2026-12-29", "2026-01-02", "2026-11-30", "2026-03-17"},
		},
		"GB-SCT": {
			off: []string{"2022-01-03", "2022-01-04", "2023-01-03", "2026-01-02", "2026-08-03", "2026-11-30", "2024-12-02", "2019-12-02"},
			on:  []string{"2026-04-06", "2026-08-31"},
		},
		"GB-NIR": {
			off: []string{"2019-03-18", "2020-07-13", "2026-07-13", "2026-03-17", "2026-04-06", "2026-08-31"},
			on:  []string{"2026-08-03", "2026-11-30"},
		},
		"PL": {
			off: []string{"2025-12-24", "2026-01-06", "2026-04-06", "2026-05-01", "2026-06-04", "2026-11-11", "2026-12-24"},
			on:  []string{"2024-12-24", "2026-04-03", "2026-05-04", "2021-05-04", "2026-12-28"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := calendar(t, name)
			check := func(date string, want bool) {
				t.Helper()
				d, err := time.Parse(time.DateOnly, date)
				if err != nil {
					t.Fatal(err)
				}
				if got, why, err := c.Workday(d); err != nil || got != want {
					t.Errorf("%s: working day = %v (%s, %v), want %v", date, got, why, err, want)
				}
			}
			for _, d := range tc.off {
				check(d, false)
			}
			for _, d := range tc.on {
				check(d, true)
			}
		})
	}
}

func TestPastTheHorizonIsAnError(t *testing.T) {
	t.Parallel()
	for name := range map[string]bool{"GB-EAW": true, "PL": true} {
		c := calendar(t, name)
		for _, d := range []time.Time{time.Date(2028, 12, 29, 9, 0, 0, 0, time.UTC), time.Date(2018, 6, 1, 9, 0, 0, 0, time.UTC)} {
			if due, _, err := c.AddWorkdays(d, 5, time.UTC); err == nil {
				t.Errorf("%s: counting from %s gave %s, want an error", name, d, due)
			}
		}
	}
}

func TestOverridesWin(t *testing.T) {
	t.Parallel()
	c, err := complaint.NewCalendar("GB-EAW", complaint.Override{Date: "2026-11-24", Name: "office move"}, complaint.Override{Date: "2026-11-28", Working: true})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) // a Monday
	due, steps, err := c.AddWorkdays(from, 4, time.UTC)
	if want := time.Date(2026, 11, 28, 23, 59, 59, 0, time.UTC); err != nil || !due.Equal(want) {
		t.Errorf("due %s (%v), want %s: %q", due, err, want, steps)
	}
	if _, err := complaint.NewCalendar("GB-EAW", complaint.Override{Date: "24/11/2026"}); err == nil {
		t.Error("an unreadable override was taken")
	}
	own := func(date string, working bool) complaint.OwnDay {
		return complaint.OwnDay{Override: complaint.Override{Date: date, Name: "moved on", Working: working}}
	}
	other, err := complaint.NewCalendar("PL")
	if err := errors.Join(err, c.SetOwn([]complaint.OwnDay{own("2026-11-24", true), own("2026-11-25", false)})); err != nil {
		t.Fatal(err)
	}
	other.Follow(c)
	for name, c := range map[string]*complaint.Calendar{"set": c, "followed": other} {
		due, steps, err := c.AddWorkdays(from, 2, time.UTC)
		if got := strings.Join(steps, "; "); err != nil || due.Day() != 26 || got != "Tue 24 Nov 2026: working day 1, moved on; Wed 25 Nov 2026: not counted, moved on; Thu 26 Nov 2026: working day 2" {
			t.Errorf("%s: due %s (%v): %s", name, due, err, got)
		}
	}
	if err := c.SetOwn(nil); err != nil {
		t.Fatal(err)
	}
	if due, _, err := c.AddWorkdays(from, 4, time.UTC); err != nil || due.Day() != 28 {
		t.Errorf("without them: due %s (%v)", due, err)
	}
}

// TestAddWorkdaysProperties checks what must hold for any start: the due day is a
// working day, ends at 23:59:59 local, exactly n working days lie in between, and
// a later start is never due earlier; and where too few working days are known there is
// an error and no guess.
func TestAddWorkdaysProperties(t *testing.T) {
	t.Parallel()
	zones := map[string]string{"GB-EAW": "Europe/London", "GB-SCT": "Europe/London", "GB-NIR": "Europe/London", "PL": "Europe/Warsaw"}
	rng := rand.New(rand.NewPCG(26, 11))
	const hours = (10*365 + 3) * 24 // 2019 to 2028
	past := 0                       // starts from which the due day is past the horizon
	for name, zone := range zones {
		c := calendar(t, name)
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			start := time.Date(2019, 1, 1, 0, 0, 0, 0, loc).Add(time.Duration(rng.Int64N(hours)) * time.Hour)
			if rng.IntN(20) == 0 { // near the horizon
				start = time.Date(2028, 12, 31, 23, 0, 0, 0, loc).Add(-time.Duration(rng.IntN(30*24)) * time.Hour)
			}
			n := 1 + rng.IntN(10)
			due, _, err := c.AddWorkdays(start, n, loc)
			left := 0 // working days up to the horizon; more than n are not counted
			for d := start.AddDate(0, 0, 1); left < n && d.Year() <= 2028; d = d.AddDate(0, 0, 1) {
				if ok, _, _ := c.Workday(d); ok {
					left++
				}
			}
			if (err != nil) != (left < n) {
				t.Fatalf("%s %s +%d: %d working days are known after it, and the error is %v", name, start, n, left, err)
			}
			if err != nil {
				past++
				continue
			}
			l := due.In(loc)
			if l.Hour() != 23 || l.Minute() != 59 || l.Second() != 59 {
				t.Fatalf("%s %s +%d: due %s is not the end of a day", name, start, n, l)
			}
			count := 0
			for d := start.AddDate(0, 0, 1); !d.After(l); d = d.AddDate(0, 0, 1) {
				if ok, _, _ := c.Workday(d); ok {
					count++
				}
			}
			if count != n {
				t.Fatalf("%s %s +%d: %d working days until %s", name, start, n, count, l)
			}
			later, _, err := c.AddWorkdays(start.Add(7*time.Hour), n, loc)
			if err == nil && later.Before(due) {
				t.Fatalf("%s: a later start than %s is due earlier", name, start)
			}
		}
	}
	if past < 20 {
		t.Errorf("only %d starts reached past the horizon", past)
	}
}
