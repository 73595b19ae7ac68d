package detail

import (
	"strings"
	"time"
)

// daysAway gives the day that lies n days from the arrival.
func (s *scan) daysAway(n, next int, confidence float64) (day, bool) {
	if s.arrival.IsZero() {
		return day{}, false
	}
	y, m, d := s.arrival.Date()
	return day{at: time.Date(y, m, d+n, 0, 0, 0, 0, s.finder.location), next: next, confidence: confidence}, true
}

// relative reads yesterday, last night, two days ago, wczoraj, w zeszły wtorek.
func (s *scan) relative(i int) (day, bool) {
	next := s.at(i + 1).fold
	if !s.near(i, "") {
		next = ""
	}
	switch s.at(i).fold {
	case "yesterday", "wczoraj":
		return s.daysAway(-1, i+1, 0.85)
	case "wczorajszym", "wczorajszy":
		return s.daysAway(-1, i+1, 0.8)
	case "tomorrow", "jutro":
		return s.daysAway(1, i+1, 0.5)
	case "przedwczoraj":
		return s.daysAway(-2, i+1, 0.85)
	case "today", "tonight", "dzis", "dzisiaj", "dzisiejszym":
		return s.daysAway(0, i+1, 0.4)
	case "day":
		if next == "before" && s.at(i+2).fold == "yesterday" {
			return s.daysAway(-2, i+3, 0.85)
		}
	case "this":
		if next == "morning" || next == "afternoon" || next == "evening" {
			return s.daysAway(0, i+2, 0.7)
		}
		return s.named(i, -1, 0.6)
	case "last", "previous", "past":
		if next == "night" {
			return s.daysAway(-1, i+2, 0.8)
		}
		return s.named(i, -1, 0.8)
	case "zeszly", "zeszla", "zeszlego", "zeszlej", "ubiegly", "ubiegla", "ubieglego", "ubieglej", "ostatni", "ostatnia", "ostatniego", "ostatniej", "miniony", "miniona", "minionego", "minionej":
		return s.named(i, -1, 0.8)
	case "next", "przyszly", "przyszla":
		return s.named(i, 1, 0.6)
	case "tydzien":
		if next == "temu" {
			return s.daysAway(-7, i+2, 0.6)
		}
	case "dzien":
		if next == "temu" {
			return s.daysAway(-1, i+2, 0.7)
		}
	}
	return s.ago(i)
}

// ago reads "3 days ago", "two weeks ago", "dwa dni temu".
func (s *scan) ago(i int) (day, bool) {
	n, ok := number(s.at(i).fold)
	if !ok {
		n, ok = counts[s.at(i).fold]
	}
	j := i + 1
	if s.at(i).fold == "a" && s.at(j).fold == "couple" {
		n, j = 2, j+1
	}
	if s.at(j-1).fold == "couple" && s.at(j).fold == "of" {
		j++
	}
	if !ok || n < 1 || n > 366 || !s.near(j-1, "") || !s.near(j, "") {
		return day{}, false
	}
	if after := s.at(j + 1).fold; after != "ago" && after != "temu" {
		return day{}, false
	}
	switch s.at(j).fold {
	case "day", "days", "dni", "dzien":
		return s.daysAway(-n, j+2, 0.75)
	case "week", "weeks", "tygodnie", "tygodni", "tydzien":
		return s.daysAway(-7*n, j+2, 0.6)
	}
	return day{}, false
}

// named reads the weekday after "last" or "next" at token i: the nearest one that
// is not the day of arrival.
func (s *scan) named(i, direction int, confidence float64) (day, bool) {
	wanted, ok := weekdays[s.at(i+1).fold]
	if !ok || !s.near(i, "") {
		return day{}, false
	}
	if d, ok := s.afterWeekday(i + 1); ok {
		return d, true
	}
	return s.weekdayFrom(wanted, direction, i+2, confidence)
}

// weekdayFrom gives the nearest such day before or after the day of arrival.
func (s *scan) weekdayFrom(wanted time.Weekday, direction, next int, confidence float64) (day, bool) {
	if s.arrival.IsZero() {
		return day{}, false
	}
	n := (int(s.arrival.Weekday()) - int(wanted) + 7) % 7
	if direction > 0 {
		n = 7 - n
	} else if n == 0 {
		n = 7
	}
	return s.daysAway(direction*n, next, confidence)
}

// weekdayIntro are the words before which a weekday alone is a day that has been.
var weekdayIntro = wordSet(`on since w we od`)

// weekday reads a day's name: with a date after it, the date; alone, after "on"
// or "w", the last such day.
func (s *scan) weekday(i int) (day, bool) {
	if d, ok := s.afterWeekday(i); ok {
		return d, true
	}
	if s.at(i+1).fold == "last" && s.at(i+2).fold == "week" && s.near(i, "") && !s.arrival.IsZero() {
		monday := (int(s.arrival.Weekday()) + 6) % 7
		return s.daysAway((int(weekdays[s.at(i).fold])+6)%7-monday-7, i+3, 0.75)
	}
	if !weekdayIntro[s.at(i-1).fold] || !s.near(i-1, "") {
		return day{}, false
	}
	switch s.at(i + 1).fold { // Monday to Friday
	case "to", "do", "through", "and", "or", "i":
		return day{}, false
	}
	return s.weekdayFrom(weekdays[s.at(i).fold], -1, i+1, 0.5)
}

// afterWeekday reads the date after a weekday: Tuesday, 12 March.
func (s *scan) afterWeekday(i int) (day, bool) {
	_, short := shortWeekdays[s.at(i).fold]
	if !s.near(i, ",.") || !short && strings.Contains(s.gap(i), ".") {
		return day{}, false
	}
	j := i + 1
	if w := s.at(j).fold; w == "the" || w == "dnia" {
		j++
	}
	if s.at(j).digit {
		if d, ok := s.numericDate(j); ok {
			return d, true
		}
		return s.dayMonth(j)
	}
	if _, ok := months[s.at(j).fold]; ok {
		return s.monthDay(j)
	}
	return day{}, false
}
