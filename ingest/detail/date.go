package detail

import (
	"strconv"
	"strings"
	"time"
)

// day is a calendar day read at some token.
type day struct {
	at         time.Time // midnight in the finder's location
	next       int       // token after the last
	confidence float64
	end        int // byte after the last; 0: the end of token next-1
}

// months are the names and short forms of months, folded.
var months = monthNames()

func monthNames() map[string]time.Month {
	set := map[string]time.Month{}
	for i, words := range []string{
		"january jan stycznia styczen styczniu sty", "february feb lutego luty lutym lut",
		"march mar marca marzec marcu", "april apr kwietnia kwiecien kwietniu kwi",
		"may maja maj maju", "june jun czerwca czerwiec czerwcu cze",
		"july jul lipca lipiec lipcu lip", "august aug sierpnia sierpien sierpniu sie",
		"september sep sept wrzesnia wrzesien wrzesniu wrz", "october oct pazdziernika pazdziernik pazdzierniku paz",
		"november nov listopada listopad listopadzie lis", "december dec grudnia grudzien grudniu gru",
	} {
		for w := range strings.FieldsSeq(words) {
			set[w] = time.Month(i + 1)
		}
	}
	return set
}

// weekdays are the names of the days; the short ones only stand before a date.
var weekdays, shortWeekdays = dayNames(
	"sunday niedziela niedziele niedzieli", "monday poniedzialek poniedzialku", "tuesday wtorek wtorku",
	"wednesday sroda srode srody", "thursday czwartek czwartku", "friday piatek piatku", "saturday sobota sobote soboty",
), daySet("sun ndz nd niedz", "mon pn pon", "tue tues wt", "wed sr", "thu thur thurs czw", "fri pt", "sat sob")

func daySet(names ...string) map[string]time.Weekday { return dayNames(names...) }

func dayNames(names ...string) map[string]time.Weekday {
	set := map[string]time.Weekday{}
	for i, words := range names {
		for w := range strings.FieldsSeq(words) {
			set[w] = time.Weekday(i)
		}
	}
	return set
}

// counts are the small numbers in words that stand before "days ago".
var counts = map[string]int{
	"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "couple": 2,
	"jeden": 1, "dwa": 2, "trzy": 3, "cztery": 4, "piec": 5, "szesc": 6, "siedem": 7, "dziesiec": 10,
}

// dateAt reads the day that begins at token i.
func (s *scan) dateAt(i int) (day, bool) {
	t := s.at(i)
	if t.digit {
		if d, ok := s.numericDate(i); ok {
			return d, true
		}
		if d, ok := s.dayMonth(i); ok {
			return d, true
		}
		return s.ago(i)
	}
	if _, ok := months[t.fold]; ok {
		return s.monthDay(i)
	}
	if _, ok := weekdays[t.fold]; ok {
		return s.weekday(i)
	}
	if _, ok := shortWeekdays[t.fold]; ok {
		return s.afterWeekday(i)
	}
	if !dateStarts[t.fold] {
		return day{}, false
	}
	return s.relative(i)
}

// dateStarts are the words that may begin a relative day.
var dateStarts = wordSet(`yesterday tomorrow jutro wczorajszym wczorajszy dzisiejszym today tonight last this previous past next day wczoraj przedwczoraj dzis dzisiaj zeszly zeszla zeszlego zeszlej
	ubiegly ubiegla ubieglego ubieglej ostatni ostatnia ostatniego ostatniej miniony miniona minionego minionej przyszly przyszla tydzien dzien a one two three four five six seven ten couple
	jeden dwa trzy cztery piec szesc siedem dziesiec`)

// number gives a token of 1 to 4 digits.
func number(fold string) (int, bool) {
	if len(fold) == 0 || len(fold) > 4 || countDigits(fold) != len(fold) {
		return 0, false
	}
	n, err := strconv.Atoi(fold)
	return n, err == nil
}

// ordinal gives a day of the month: 5, 05, 5th.
func ordinal(fold string) (int, bool) {
	for _, suffix := range []string{"st", "nd", "rd", "th", "go"} {
		if cut, ok := strings.CutSuffix(fold, suffix); ok {
			fold = cut
			break
		}
	}
	n, ok := number(fold)
	return n, ok && n >= 1 && n <= 31 && len(fold) <= 2
}

// date builds a day and refuses those the calendar does not have.
func (s *scan) date(year int, month time.Month, d, next int, confidence float64) (day, bool) {
	if year < 100 {
		year += 2000
	}
	if year < 1900 || year > 2199 || month < 1 || month > 12 {
		return day{}, false
	}
	at := time.Date(year, month, d, 0, 0, 0, 0, s.finder.location)
	if at.Day() != d || d < 1 {
		return day{}, false
	}
	if !s.arrival.IsZero() && (at.Year() < s.arrival.Year()-20 || at.Year() > s.arrival.Year()+5) {
		confidence = 0.5
	}
	return day{at: at, next: next, confidence: confidence}, true
}

// yearless gives a day its latest year that is not in the future.
func (s *scan) yearless(month time.Month, d, next int, confidence float64) (day, bool) {
	if s.arrival.IsZero() {
		return day{}, false
	}
	for year := s.arrival.Year(); year > s.arrival.Year()-9; year-- {
		if got, ok := s.date(year, month, d, next, confidence); ok && !got.at.After(s.arrival) {
			return got, true
		}
	}
	return day{}, false
}

// numericDate reads 2026-03-12, 12/03/2026 (day first), 12.03.2026, 12.03.26 and,
// after a word such as "on", 12/03.
func (s *scan) numericDate(i int) (day, bool) {
	sep := s.gap(i)
	a, okA := number(s.at(i).fold)
	if !okA || sep != "/" && sep != "-" && sep != "." && sep != ". " || s.tied(i) {
		return day{}, false
	}
	b, okB := number(s.at(i + 1).fold)
	c, okC := number(strings.TrimSuffix(s.at(i+2).fold, "r")) // 12.03.2026r.
	third := strings.TrimRight(s.at(i+2).fold, "tz0123456789") == "" && len(s.at(i+2).fold) > 4
	lenA, lenB, lenC := len(s.at(i).fold), len(s.at(i+1).fold), len(strings.TrimSuffix(s.at(i+2).fold, "r"))
	if s.gap(i+1) == sep && lenA == 4 && lenB <= 2 && okB {
		if third { // 2026-03-12T15:30
			hour, _, _ := strings.Cut(s.at(i+2).fold, "t")
			if d, ok := number(hour); ok && len(hour) == 2 {
				got, ok := s.date(a, time.Month(b), d, i+3, 0.98)
				got.end = s.at(i+2).start + 2
				return got, ok
			}
		}
		if okC && lenC <= 2 && !s.tiedAfter(i+2) {
			return s.date(a, time.Month(b), c, i+3, 0.98)
		}
		return day{}, false
	}
	if lenA > 2 || lenB > 2 || !okB {
		return s.romanDate(i, a)
	}
	if s.gap(i+1) == sep && okC && (lenC == 4 || lenC == 2 && sep != ". ") && !s.tiedAfter(i+2) {
		confidence := 0.97
		if lenC == 2 {
			// 1.4.12 is a version; a short year must be one of the last or next.
			if versionWords[s.at(i-1).fold] || !s.recentYear(2000+c) || sep != "/" && (lenA < 2 || lenB < 2) && !s.dateBefore(i) && !s.timeBehind(i+3) {
				return day{}, false
			}
			confidence = 0.8
		}
		if d, ok := s.date(c, time.Month(b), a, i+3, confidence); ok {
			return d, true
		}
		return s.date(c, time.Month(a), b, i+3, 0.6) // month first, since the day cannot be
	}
	return s.shortDate(i, sep, a, b)
}

// versionWords stand before numbers with dots that are no dates.
var versionWords = wordSet(`version v ver firmware wersja wersji build release`)

// recentYear says whether a short year is near the arrival.
func (s *scan) recentYear(year int) bool {
	return s.arrival.IsZero() || year > s.arrival.Year()-10 && year <= s.arrival.Year()+1
}

// dateBefore says whether the word before token i introduces a date: dnia, a weekday.
func (s *scan) dateBefore(i int) bool {
	word := s.at(i - 1).fold
	_, long := weekdays[word]
	_, short := shortWeekdays[word]
	return long || short || polishDate[word] || englishDate[word]
}

var polishDate, englishDate = wordSet(`dnia dniu od z data`), wordSet(`on since dated date`)

// timeBehind says whether a time of day follows a day that ends before token i.
func (s *scan) timeBehind(i int) bool {
	_, ok := s.clockAfter(day{next: i})
	return ok
}

// shortDate reads 12/03 or 12.03 where a word introduces a date, or a time of day follows.
func (s *scan) shortDate(i int, sep string, d, month int) (day, bool) {
	introduced := s.dateBefore(i) && (sep != "." || !englishDate[s.at(i-1).fold]) ||
		(sep == "/" || s.polish) && s.timeBehind(i+2)
	if !introduced || sep == "-" || sep == ". " || len(s.at(i+1).fold) != 2 ||
		s.tiedAfter(i+1) || s.amount(i+1, s.at(i+1).end) {
		return day{}, false
	}
	return s.yearless(time.Month(month), d, i+2, 0.75)
}

// romanDate reads 12 III 2026 and 12.III.2026.
func (s *scan) romanDate(i, d int) (day, bool) {
	for m, roman := range []string{"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"} {
		if s.at(i+1).fold != roman {
			continue
		}
		year, ok := number(s.at(i + 2).fold)
		if !ok || year < 1900 || !s.near(i+1, ".") {
			return day{}, false
		}
		return s.date(year, time.Month(m+1), d, i+3, 0.9)
	}
	return day{}, false
}

// tied says whether token i goes on from a number or a sign before it, as in
// 1.12.03 or v2.
func (s *scan) tied(i int) bool {
	start := s.at(i).start
	before := s.before(start)
	if strings.ContainsRune("£$€#_", before) && before != 0 {
		return true
	}
	return i > 0 && strings.ContainsRune("./-", before) && before != 0 && s.at(i-1).end == start-1
}

// tiedAfter says whether a number goes on after token i.
func (s *scan) tiedAfter(i int) bool {
	g := s.gap(i)
	return (g == "." || g == "/" || g == "-" || g == "_") && s.at(i+1).digit
}

// dayMonth reads 12 March 2026, 5th of November, 3 listopada, 12-Mar-2026.
func (s *scan) dayMonth(i int) (day, bool) {
	d, ok := ordinal(s.at(i).fold)
	if !ok || s.currency(s.at(i).start) {
		return s.romanAfter(i)
	}
	j := i + 1
	if s.at(j).fold == "of" && s.near(i, "") || s.gap(i) == "-" && (s.at(j).fold == "go" || s.at(j).fold == "ego") {
		j++
	}
	month, ok := months[s.at(j).fold]
	if !ok || !s.near(j-1, "-.") || s.tied(i) && s.before(s.at(i).start) != '-' {
		return s.romanAfter(i)
	}
	return s.withYear(month, d, j+1)
}

// romanAfter reads 12 III 2026, with spaces.
func (s *scan) romanAfter(i int) (day, bool) {
	d, ok := ordinal(s.at(i).fold)
	if !ok || s.gap(i) != " " || s.raw(i+1) != strings.ToUpper(s.raw(i+1)) {
		return day{}, false
	}
	return s.romanDate(i, d)
}

// monthDay reads March 12, 2026 and March 12th.
func (s *scan) monthDay(i int) (day, bool) {
	d, ok := ordinal(s.at(i + 1).fold)
	if !ok || !s.near(i, ".") || !s.capital(i) || strings.HasPrefix(s.gap(i+1), ":") || s.amount(i+1, s.at(i+1).end) {
		return day{}, false
	}
	return s.withYear(months[s.at(i).fold], d, i+2)
}

// withYear takes the year at token j if it stands there.
func (s *scan) withYear(month time.Month, d, j int) (day, bool) {
	if year, ok := number(strings.TrimSuffix(s.at(j).fold, "r")); ok && s.near(j-1, ",.-") && year >= 1900 && year < 2200 && !strings.HasPrefix(s.gap(j), ":") {
		return s.date(year, month, d, j+1, 0.97)
	}
	return s.yearless(month, d, j, 0.85)
}
