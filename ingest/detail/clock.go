package detail

import (
	"maps"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// moment is a time of day.
type moment struct {
	hour, minute, second int
	next                 int    // token after the last
	zone                 string // "", or Z or +01:00 as written
	end                  int    // byte after the last
}

// times finds days, with the time of day where it stands beside them.
func (s *scan) times() {
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.url || !t.digit && t.begins&beginsTime == 0 {
			continue
		}
		if next := s.timeAt(i); next > i {
			i = next - 1
		}
	}
}

// timeAt adds the time that begins at token i and gives the token after it, or i.
func (s *scan) timeAt(i int) int {
	start := s.at(i).start
	if d, ok := s.dateAt(i); ok {
		end := d.end
		if end == 0 {
			end = s.at(d.next - 1).end
		}
		m, ok := s.clockAfter(d)
		if !ok {
			s.add(complaint.DetailTime, d.at.Format(time.DateOnly), d.confidence, start, end)
			return d.next
		}
		s.add(complaint.DetailTime, s.instant(d, m), d.confidence, start, m.end)
		return m.next
	}
	bare := false
	switch s.at(i - 1).fold {
	case "o", "godz", "godzinie", "godziny":
		bare = s.near(i-1, ".")
	}
	m, ok := s.clock(i, bare)
	if !ok {
		return i
	}
	j := m.next
	for n := 0; n < 3 && s.near(j-1, ",.)"); n++ {
		if g := s.gap(j - 1); strings.Contains(g, ".") && s.text[m.end-1] != '.' && !abbreviated(s.at(j-1).fold) {
			break // another sentence
		}
		if d, ok := s.dateAt(j); ok {
			s.add(complaint.DetailTime, s.instant(d, m), d.confidence, start, s.at(d.next-1).end)
			return d.next
		}
		if !betweenWords[s.at(j).fold] {
			break
		}
		j++
	}
	return i
}

// betweenWords may stand between a time of day and its day.
var betweenWords = wordSet(`on w we dnia dniu the of r`)

// instant joins a day and a time of day (RFC 3339 section 5.6).
func (s *scan) instant(d day, m moment) string {
	y, month, dd := d.at.Date()
	loc := s.finder.location
	if m.zone != "" {
		if t, err := time.Parse("Z07:00", m.zone); err == nil {
			loc = t.Location()
		}
	}
	t := time.Date(y, month, dd, m.hour, m.minute, m.second, 0, loc)
	return t.In(s.finder.location).Format(time.RFC3339)
}

// connectors may stand between a day and its time. Those that are true let a bare
// hour follow: "o 15", "godz. 14".
var connectors = map[string]bool{
	"at": false, "around": false, "about": false, "approximately": false, "approx": false, "circa": false, "ca": false, "by": false, "from": false, "between": false,
	"before": false, "after": false, "the": false, "in": false, "r": false, "roku": false, "br": false, "ok": true, "okolo": true, "kolo": true, "po": false, "przed": false, "od": false, "just": false,
	"morning": false, "afternoon": false, "evening": false, "night": false, "rano": false, "wieczorem": false, "poludniu": false, "and": false,
	"o": true, "godz": true, "godzinie": true, "godzina": true, "godziny": true, "g": true,
}

// clockAfter reads the time of day that follows a day.
func (s *scan) clockAfter(d day) (moment, bool) {
	if d.end != 0 { // 2026-03-12T15:30:00Z
		return s.isoClock(d.end, d.next)
	}
	bare, evening := false, false
	for j, n := d.next, 0; n < 6 && j < len(s.tokens); j, n = j+1, n+1 {
		g := s.gap(j - 1)
		if len(g) > 4 || strings.Trim(g, " \u00a0\n\r,.(@-–") != "" || strings.Contains(g, ".") && !abbreviated(s.at(j-1).fold) && (s.capital(j) || !connectors[s.at(j).fold]) { // 13.03. o 18.00
			return moment{}, false
		}
		if s.at(j).digit || s.at(j).fold == "noon" || s.at(j).fold == "midday" || s.at(j).fold == "midnight" {
			m, ok := s.clock(j, bare)
			if ok && evening && m.hour < 12 {
				m.hour += 12
			}
			return m, ok
		}
		hour, ok := connectors[s.at(j).fold]
		if !ok {
			return moment{}, false
		}
		bare = bare || hour
		switch s.at(j).fold {
		case "afternoon", "evening", "night", "wieczorem", "poludniu":
			evening = true
		}
	}
	return moment{}, false
}

var abbreviations = wordSet(`r br ok godz g approx ca jan feb mar apr jun jul aug sep sept oct nov dec`)

// abbreviated says whether a full stop after a word need not end its sentence.
func abbreviated(fold string) bool {
	return abbreviations[fold] || strings.HasSuffix(fold, "r") && isDigit(rune(fold[0])) // 2026r.
}

// isoClock reads T15:30:00Z at a byte, with next the token after the one it is in.
func (s *scan) isoClock(at, next int) (moment, bool) {
	rest := s.text[at:min(at+32, len(s.text))]
	for _, layout := range []string{"T15:04:05Z07:00", "T15:04Z07:00", "T15:04:05", "T15:04"} {
		n := len(layout)
		zoned := strings.HasSuffix(layout, "Z07:00")
		for _, n := range []int{n, n - 5} {
			if n > len(rest) || !zoned && n != len(layout) {
				continue
			}
			t, err := time.Parse(layout, strings.ToUpper(rest[:n]))
			if err != nil {
				continue
			}
			m := moment{hour: t.Hour(), minute: t.Minute(), second: t.Second(), end: at + n}
			if zoned {
				m.zone = t.Format("Z07:00")
			}
			for m.next = next; m.next < len(s.tokens) && s.tokens[m.next].start < m.end; m.next++ {
			}
			return m, true
		}
	}
	return moment{}, false
}

// timeStarts are the words that may begin a day or a time of day.
var timeStarts = func() map[string]bool {
	starts := wordSet(`noon midday midnight poludnie polnoc`)
	maps.Copy(starts, dateStarts)
	for w := range months {
		starts[w] = true
	}
	for w := range weekdays {
		starts[w] = true
	}
	for w := range shortWeekdays {
		starts[w] = true
	}
	return starts
}()

// clock reads a time of day at token i: 15:30, 10.30am, 3pm, noon. A bare hour
// counts only where the words before it ask for one.
func (s *scan) clock(i int, bare bool) (moment, bool) {
	t := s.at(i)
	switch t.fold {
	case "noon", "midday", "poludnie":
		return moment{hour: 12, next: i + 1, end: t.end}, true
	case "midnight", "polnoc":
		return moment{next: i + 1, end: t.end}, true
	}
	if s.tied(i) && s.before(t.start) != '-' || s.currency(t.start) || s.before(t.start) == ':' {
		return moment{}, false
	}
	m := moment{next: i + 1, end: t.end}
	hour, half := clockSuffix(t.fold)
	h, ok := number(hour)
	if !ok || len(hour) > 2 {
		return moment{}, false
	}
	m.hour = h
	explicit := half != ""
	if g := s.gap(i); half == "" && (g == ":" || g == ".") {
		minute, suffix := clockSuffix(s.at(i + 1).fold)
		if n, ok := number(minute); ok && len(minute) == 2 && n < 60 {
			m.minute, half = n, suffix
			m.next, m.end = i+2, s.at(i+1).end
			explicit = true
			if g == "." && suffix == "" && s.tiedAfter(i+1) {
				return moment{}, false
			}
			if sec, ok := number(s.at(i + 2).fold); ok && g == ":" && s.gap(i+1) == ":" && len(s.at(i+2).fold) == 2 && sec < 60 {
				m.second, m.next, m.end = sec, i+3, s.at(i+2).end
			}
		} else if g == ":" {
			return moment{}, false
		}
	}
	if half == "" {
		half = s.halfAfter(&m)
		explicit = explicit || half != ""
	}
	if zone, ok := zones[s.at(m.next).fold]; ok && explicit && s.near(m.next-1, "") {
		m.zone, m.end, m.next = zone, s.at(m.next).end, m.next+1
	}
	if !explicit && !bare || !halfDay(&m, half) || s.amount(m.next-1, m.end) {
		return moment{}, false
	}
	return m, true
}

// zones are the zones that customers write.
var zones = map[string]string{"gmt": "Z", "utc": "Z", "bst": "+01:00", "cet": "+01:00", "cest": "+02:00"}

// clockSuffix parts 30am into 30 and am.
func clockSuffix(fold string) (digits, half string) {
	n := 0
	for n < len(fold) && '0' <= fold[n] && fold[n] <= '9' {
		n++
	}
	switch fold[n:] {
	case "":
		return fold, ""
	case "am", "pm", "h", "hrs":
		return fold[:n], fold[n:]
	}
	return "", ""
}

// halfAfter reads am, p.m., o'clock, rano, po południu after a time of day and
// moves its end.
func (s *scan) halfAfter(m *moment) string {
	if !s.near(m.next-1, "") {
		return ""
	}
	j := m.next
	take := func(n int, half string) string {
		m.next, m.end = j+n, s.at(j+n-1).end
		return half
	}
	one, two, three := s.at(j).fold, s.at(j+1).fold, s.at(j+2).fold
	switch {
	case one == "am" || one == "pm" || one == "hrs":
		return take(1, one)
	case (one == "a" || one == "p") && two == "m" && s.gap(j) == ".":
		half := take(2, one+"m")
		if s.after(m.end) == '.' {
			m.end++
		}
		return half
	case one == "o" && two == "clock":
		return take(2, "h")
	case one == "rano":
		return take(1, "am")
	case one == "wieczorem":
		return take(1, "evening")
	case one == "po" && two == "poludniu":
		return take(2, "evening")
	case one == "in" && two == "the" && three == "morning":
		return take(3, "am")
	case one == "in" && two == "the" && (three == "afternoon" || three == "evening"):
		return take(3, "evening")
	}
	return ""
}

// halfDay turns the hour into one of 24 and says whether there is such a time.
func halfDay(m *moment, half string) bool {
	switch half {
	case "am", "pm":
		if m.hour < 1 || m.hour > 12 {
			// 15:30pm is written and can only mean 15:30.
			return half == "pm" && m.hour < 24 && m.hour > 12
		}
		m.hour %= 12
		if half == "pm" {
			m.hour += 12
		}
	case "evening":
		if m.hour < 12 {
			m.hour += 12
		}
	}
	return m.hour < 24
}
