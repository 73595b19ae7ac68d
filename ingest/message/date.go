package message

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errDate = errors.New("message: no date")

// ParseDate reads a Date field, the obsolete and the odd forms included (RFC 5322
// sections 3.3 and 4.3): comments, two-digit years, named zones, missing seconds
// or zone, asctime, ISO 8601, numbers only, Polish and German month names. Without
// a zone the time is UTC.
func ParseDate(s string) (time.Time, error) {
	if i := strings.LastIndexByte(s, ';'); i >= 0 { // a Received field
		s = s[i+1:]
	}
	if len(s) > 1000 {
		return time.Time{}, errDate
	}
	s, open := dropComments(s)
	s = strings.TrimSpace(s)
	if t, ok := isoDate(s); ok {
		return t, nil
	}
	d := dateParts{}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' || r == '\u00a0' }) {
		d.word(w)
	}
	if open && !d.hasTime { // the comment has swallowed the time
		return time.Time{}, errDate
	}
	return d.time()
}

// isoDate reads ISO 8601, which some web forms send.
func isoDate(s string) (time.Time, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return time.Time{}, false
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// dropComments replaces comments by blanks; one that never ends hides the rest,
// and open is true.
func dropComments(s string) (out string, open bool) {
	if !strings.Contains(s, "(") {
		return s, false
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
			b.WriteByte(' ')
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String(), depth > 0
}

// dateParts is what the words of a date have told so far.
type dateParts struct {
	nums     []number // day, month, year in the order met, and loose time parts
	month    time.Month
	early    bool // the month came before any number: perhaps a day, as "mar." for mardi
	hour     int
	min, sec int
	hasTime  bool
	pm, am   bool
	offset   int // seconds east
	hasZone  bool
	bad      bool
}

type number struct {
	value, digits int
}

func (d *dateParts) word(w string) {
	c := w[0]
	switch {
	case c >= '0' && c <= '9':
		d.numeric(w)
	case c == '+' || c == '-':
		if d.hasTime || len(d.nums) >= 3 {
			d.zone(w)
		}
	default:
		d.named(w)
	}
}

// numeric reads a word that starts with a digit.
func (d *dateParts) numeric(w string) {
	if n := digits(w); n == len(w) {
		v, err := strconv.Atoi(w)
		if err != nil || n > 4 {
			d.bad = true
			return
		}
		d.nums = append(d.nums, number{v, n})
		return
	}
	if strings.Contains(w, ":") || strings.Count(w, ".") == 2 && len(d.nums) >= 2 && digits(w) <= 2 {
		d.clock(w)
		return
	}
	if i := strings.IndexAny(w, "-/."); i > 0 { // 21-Nov-97, 21.11.1997
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' || r == '.' }) {
			d.word(part)
		}
		return
	}
	if n := digits(w); n <= 2 { // 1st, 2nd, 10AM, 1Jan2024
		d.word(w[:n])
		letters := strings.IndexAny(w[n:], "0123456789")
		if letters < 0 {
			d.named(w[n:])
		} else {
			d.named(w[n : n+letters])
			d.word(w[n+letters:])
		}
	}
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// clock reads hh:mm[:ss[.fraction]] and what is glued to it.
func (d *dateParts) clock(w string) {
	rest := ""
	if i := strings.IndexFunc(w, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }); i >= 0 {
		w, rest = w[:i], w[i:]
	}
	sep := ":"
	if !strings.Contains(w, ":") {
		sep = "."
	}
	ps := strings.Split(w, sep)
	if len(ps) < 2 || len(ps) > 3 {
		d.bad = true
		return
	}
	v := [3]int{}
	for i, p := range ps {
		if sep == ":" {
			p, _, _ = strings.Cut(p, ".")
		}
		n, err := strconv.Atoi(p)
		if err != nil {
			d.bad = true
			return
		}
		v[i] = n
	}
	d.hour, d.min, d.sec, d.hasTime = v[0], v[1], v[2], true
	if rest != "" {
		d.word(rest)
	}
}

// zone reads +hhmm, +hh:mm, +hh. Of two signs the last one counts.
func (d *dateParts) zone(w string) {
	if d.hasZone && d.offset != 0 {
		return
	}
	for len(w) > 1 && (w[1] == '+' || w[1] == '-') {
		w = w[1:]
	}
	n := strings.ReplaceAll(w[1:], ":", "")
	if digits(n) != len(n) || n == "" || len(n) > 4 {
		return
	}
	v, _ := strconv.Atoi(n)
	if len(n) <= 2 {
		v *= 100
	}
	off := (v/100)*3600 + (v%100)*60
	if off > 18*3600 {
		off = 0
	}
	if w[0] == '-' {
		off = -off
	}
	d.offset, d.hasZone = off, true
}

// named reads a word of letters: a month, a zone, a half of the day.
func (d *dateParts) named(w string) {
	low := strings.ToLower(strings.Trim(w, ".\"'"))
	if low == "" {
		return
	}
	if d.hasTime {
		switch low {
		case "pm", "p.m":
			d.pm = true
			return
		case "am", "a.m":
			d.am = true
			return
		}
		if h, ok := zoneHours(low); ok && !d.hasZone {
			d.offset, d.hasZone = int(h*3600), true
			return
		}
		if i := strings.IndexAny(low, "+-"); i > 0 { // GMT+2
			d.zone(low[i:])
			return
		}
	}
	if m := monthNamed(low); m != 0 && (d.month == 0 || d.early && len(d.nums) > 0) {
		d.month, d.early = m, len(d.nums) == 0
		return
	}
	if !d.hasTime && len(d.nums) == 1 && d.month == 0 && !isOrdinal(low) {
		d.bad = true // it stands where the month should
	}
}

func isOrdinal(s string) bool {
	return s == "st" || s == "nd" || s == "rd" || s == "th" || s == "of" || s == "de"
}

// monthNamed reads the names of English, Polish, German, French, Spanish and Italian
// and their short forms.
func monthNamed(s string) time.Month {
	r := []rune(s)
	if len(r) < 3 {
		return 0
	}
	switch string(r[:3]) {
	case "jan", "sty", "ene", "gen":
		return time.January
	case "feb", "lut", "fév", "fev":
		return time.February
	case "mar", "mär", "mrz":
		return time.March
	case "apr", "kwi", "avr", "abr":
		return time.April
	case "may", "mai", "maj", "mag":
		return time.May
	case "jun", "cze", "giu":
		return time.June
	case "jul", "lip", "lug":
		return time.July
	case "jui": // juin, juillet
		if len(r) > 3 && r[3] == 'l' {
			return time.July
		}
		return time.June
	case "aug", "sie", "aoû", "aou", "ago":
		return time.August
	case "sep", "wrz", "set":
		return time.September
	case "oct", "okt", "paź", "paz", "ott":
		return time.October
	case "nov", "lis":
		return time.November
	case "dec", "dez", "gru", "déc", "dic":
		return time.December
	}
	return 0
}

// zoneHours reads the named zones; the military letters mean nothing (RFC 5322
// section 4.3).
func zoneHours(s string) (float64, bool) {
	switch s {
	case "ut", "utc", "gmt", "z", "wet":
		return 0, true
	case "bst", "cet", "mez", "west", "ist":
		return 1, true
	case "cest", "mesz", "eet":
		return 2, true
	case "eest", "msk":
		return 3, true
	case "est", "est5edt", "cdt":
		return -5, true
	case "edt", "ast":
		return -4, true
	case "cst", "mdt", "cst6cdt":
		return -6, true
	case "mst", "pdt", "mst7mdt":
		return -7, true
	case "pst", "pst8pdt":
		return -8, true
	case "akst":
		return -9, true
	case "hst":
		return -10, true
	case "jst", "kst":
		return 9, true
	case "aest":
		return 10, true
	case "aedt":
		return 11, true
	case "nzst":
		return 12, true
	case "nzdt":
		return 13, true
	}
	return 0, len(s) == 1 && s[0] >= 'a' && s[0] <= 'z'
}

// time puts the parts together and checks them.
func (d *dateParts) time() (time.Time, error) {
	day, month, year, ok := d.ymd()
	if d.bad || !ok {
		return time.Time{}, errDate
	}
	if d.pm && d.hour < 12 {
		d.hour += 12
	} else if d.am && d.hour == 12 {
		d.hour = 0
	}
	if d.hour > 24 || d.min > 59 || d.sec > 60 || d.hour == 24 && d.min+d.sec > 0 {
		return time.Time{}, errDate
	}
	t := time.Date(year, month, day, d.hour, d.min, d.sec, 0, time.FixedZone("", d.offset))
	if d.offset == 0 {
		t = t.UTC()
	}
	if day < 1 || time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Day() != day {
		return time.Time{}, errDate
	}
	return t, nil
}

// ymd finds day, month and year among the numbers.
func (d *dateParts) ymd() (day int, month time.Month, year int, ok bool) {
	n := d.nums
	month = d.month
	switch {
	case month != 0 && len(n) >= 2:
		if n[0].digits == 4 { // 1997 Nov 21
			n[0], n[1] = n[1], n[0]
		}
		day, year = n[0].value, fullYear(n[1])
		n = n[2:]
	case month == 0 && len(n) >= 3:
		if n[0].digits == 4 {
			n[0], n[2] = n[2], n[0]
		}
		day, month, year = n[0].value, time.Month(n[1].value), fullYear(n[2])
		if month > 12 && day <= 12 { // the month comes first
			day, month = int(month), time.Month(day)
		}
		n = n[3:]
	default:
		return 0, 0, 0, false
	}
	if !d.hasTime && len(n) >= 2 { // the time in single numbers
		d.hour, d.min = n[0].value, n[1].value
		if len(n) > 2 {
			d.sec = n[2].value
		}
	}
	return day, month, year, month >= 1 && month <= 12 && year >= 1900
}

// fullYear completes years of two and three digits (RFC 5322 section 4.3).
func fullYear(n number) int {
	switch {
	case n.digits <= 2 && n.value < 50:
		return 2000 + n.value
	case n.digits <= 3:
		return 1900 + n.value
	}
	return n.value
}
