package complaint

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/pl"
)

// Calendar counts working days: Monday to Friday without the holidays of one
// place, with a table of one-off days laid over, and over that the days that people set
// while the program runs. It is safe for use by several goroutines once made.
type Calendar struct {
	name      string
	business  *cal.BusinessCalendar
	overrides map[string]Override                 // by date 2006-01-02
	own       atomic.Pointer[map[string]Override] // as overrides; nil for none
	from, to  int                                 // first and last year it answers for
	counts    sync.Map                            // what AddWorkdays answered, count to counted
}

// count is a question to AddWorkdays, and counted the answer. All complaints of a day ask
// the same.
type (
	count struct {
		y, d, n int
		m       time.Month
		loc     *time.Location
		own     *map[string]Override
	}
	counted struct {
		due   time.Time
		steps []string
	}
)

// Override is a one-off day that differs from the rule: a state funeral, or a
// Saturday that is worked.
type Override struct {
	Date    string // 2006-01-02
	Working bool   // true: a working day all the same
	Name    string // shown in explanations
}

// OwnDay is a one-off day that a person set while the program runs.
type OwnDay struct {
	Override
	By string    // who set it
	At time.Time // when
}

// The horizon of the shipped calendars: the years for which the governments'
// published lists were compared with the rules. Past it counting is an error,
// never a guess.
const (
	calendarFrom = 2019
	calendarTo   = 2028
)

// CalendarNames lists the calendars that NewCalendar knows (DOMAIN, Clocks).
func CalendarNames() []string {
	var names []string
	for n := range calendarHolidays() {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// calendarHolidays maps each calendar's name to its rules. Scotland and Northern
// Ireland are the English list with what differs.
func calendarHolidays() map[string][]*cal.Holiday {
	fixed := func(name string, m time.Month, d int, obs []cal.AltDay) *cal.Holiday {
		return &cal.Holiday{Name: name, Month: m, Day: d, Func: cal.CalcDayOfMonth, Observed: obs}
	}
	toMonday := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1}}
	secondOfPair := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 2}, {Day: time.Monday, Offset: 1}}
	without := func(drop ...*cal.Holiday) []*cal.Holiday {
		var list []*cal.Holiday
		for _, h := range gb.Holidays {
			keep := true
			for _, d := range drop {
				keep = keep && h != d
			}
			if keep {
				list = append(list, h)
			}
		}
		return list
	}
	scotland := append(without(gb.EasterMonday, gb.SummerHoliday), gb.SummerHolidayScotland,
		fixed("2nd January", time.January, 2, secondOfPair), fixed("St Andrew's Day", time.November, 30, toMonday))
	ulster := append(without(), fixed("St Patrick's Day", time.March, 17, toMonday),
		fixed("Battle of the Boyne", time.July, 12, toMonday))
	poland := append([]*cal.Holiday{aa.Easter, aa.Pentecost}, pl.Holidays...)
	return map[string][]*cal.Holiday{"GB-EAW": without(), "GB-SCT": scotland, "GB-NIR": ulster, "PL": poland}
}

// shippedOverrides are one-off days that the rules do not hold.
func shippedOverrides(name string) []Override {
	if strings.HasPrefix(name, "GB-") {
		return []Override{{Date: "2022-09-19", Name: "State Funeral of Queen Elizabeth II"}}
	}
	if name == "PL" {
		return []Override{{Date: "2018-11-12", Name: "100th anniversary of independence"}}
	}
	return nil
}

// NewCalendar makes the calendar of that name (GB-EAW, GB-SCT, GB-NIR, PL) with
// overrides of the firm's own laid over the shipped ones. An unknown name or an
// unreadable date is an error.
func NewCalendar(name string, overrides ...Override) (*Calendar, error) {
	holidays, ok := calendarHolidays()[name]
	if !ok {
		return nil, fmt.Errorf("complaint: no calendar %q; there are %s", name, strings.Join(CalendarNames(), ", "))
	}
	b := cal.NewBusinessCalendar()
	b.AddHoliday(holidays...)
	c := &Calendar{name: name, business: b, overrides: map[string]Override{}, from: calendarFrom, to: calendarTo}
	return c, layOver(c.overrides, append(shippedOverrides(name), overrides...))
}

// SetOwn replaces the days that people set, for all who count with this calendar.
func (c *Calendar) SetOwn(days []OwnDay) error {
	own := map[string]Override{}
	for _, d := range days {
		if err := layOver(own, []Override{d.Override}); err != nil {
			return err
		}
	}
	c.own.Store(&own)
	c.counts.Clear()
	return nil
}

// Follow counts with the days that people set in another calendar, as of now.
func (c *Calendar) Follow(other *Calendar) {
	c.own.Store(other.own.Load())
	c.counts.Clear()
}

func layOver(days map[string]Override, more []Override) error {
	for _, o := range more {
		if _, err := time.Parse(time.DateOnly, o.Date); err != nil {
			return fmt.Errorf("complaint: calendar override %q: a date looks like 2026-12-31", o.Date)
		}
		days[o.Date] = o
	}
	return nil
}

// override is the one-off day of a date, if it is one.
func (c *Calendar) override(date string) (Override, bool) {
	if own := c.own.Load(); own != nil {
		if o, ok := (*own)[date]; ok {
			return o, true
		}
	}
	o, ok := c.overrides[date]
	return o, ok
}

// Horizon is the first and the last year that the calendar answers for.
func (c *Calendar) Horizon() (from, to int) { return c.from, c.to }

// horizonWarning is how long before its end a calendar is complained about: the letter
// about the ombudsman looks two months ahead.
const horizonWarning = 180 * 24 * time.Hour

// EndsSoon says whether the calendar answers no more within half a year of a moment.
func (c *Calendar) EndsSoon(now time.Time) bool { return now.Add(horizonWarning).Year() > c.to }

// DaysOff lists the days from one day on, so many in all, that are no working days and
// no mere weekends: holidays, and days of the table that differ from the rule. It ends
// at the horizon.
func (c *Calendar) DaysOff(from time.Time, days int) (list []Override) {
	y, m, d := from.Date()
	for i := range days {
		day := time.Date(y, m, d+i, 12, 0, 0, 0, time.UTC)
		ok, why, err := c.Workday(day)
		if err != nil {
			return list
		}
		date := day.Format(time.DateOnly)
		if _, own := c.override(date); own || !ok && why != day.Weekday().String() {
			list = append(list, Override{Date: date, Working: ok, Name: why})
		}
	}
	return list
}

// Name is the calendar's name, as kept with each obligation.
func (c *Calendar) Name() string { return c.name }

// Workday says whether the day of t, in t's zone, is a working day, and if not
// why ("Saturday", "Christmas Day"); of a one-off day that is worked, its name. A day
// past the horizon is an error.
func (c *Calendar) Workday(t time.Time) (ok bool, why string, err error) {
	y, m, d := t.Date()
	if y < c.from || y > c.to {
		return false, "", fmt.Errorf("complaint: calendar %s answers for %d to %d, not for %d; update Skarga before counting on", c.name, c.from, c.to, y)
	}
	day := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	if o, found := c.override(day.Format(time.DateOnly)); found {
		return o.Working, o.Name, nil
	}
	if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false, wd.String(), nil
	}
	if act, obs, h := c.business.IsHoliday(day); act || obs {
		if obs && !act {
			return false, h.Name + " (substitute day)", nil
		}
		return false, h.Name, nil
	}
	return true, "", nil
}

// AddWorkdays gives the end (23:59:59) of the n-th working day after the day of
// t, both in loc; the day after is day 1 (P13). The steps say in words which days
// counted, and are not to be changed. n must be 1 or more.
func (c *Calendar) AddWorkdays(t time.Time, n int, loc *time.Location) (due time.Time, steps []string, err error) {
	if n < 1 {
		return time.Time{}, nil, fmt.Errorf("complaint: cannot count %d working days", n)
	}
	y, m, d := t.In(loc).Date()
	asked := count{y, d, n, m, loc, c.own.Load()}
	if known, ok := c.counts.Load(asked); ok {
		return known.(counted).due, known.(counted).steps, nil
	}
	for i, days := 1, 0; ; i++ {
		day := time.Date(y, m, d+i, 23, 59, 59, 0, loc)
		ok, why, err := c.Workday(day)
		if err != nil {
			return time.Time{}, nil, err
		}
		if !ok {
			steps = append(steps, day.Format("Mon 2 Jan 2006")+": not counted, "+why)
			continue
		}
		days++
		if why != "" {
			why = ", " + why
		}
		steps = append(steps, fmt.Sprintf("%s: working day %d%s", day.Format("Mon 2 Jan 2006"), days, why))
		if days == n {
			steps = slices.Clip(steps)
			c.counts.Store(asked, counted{day.UTC(), steps})
			return day.UTC(), steps, nil
		}
	}
}
