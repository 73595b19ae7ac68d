package scannerimport

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Received is when letters reached the building, as somebody or something says it.
type Received struct {
	At      time.Time // zero: not said
	DayOnly bool      // 00:00 of the day: the time is not known, and flagged (DOMAIN, Post)
}

// from is how sure the time is.
func (r Received) from(sure complaint.ReceivedFrom) (time.Time, complaint.ReceivedFrom) {
	if r.DayOnly {
		return r.At, complaint.FromFile
	}
	return r.At, sure
}

// ParseReceived reads "2026-11-20 09:15", or a day alone, in a zone.
func ParseReceived(s string, loc *time.Location) (Received, error) {
	if at, err := time.ParseInLocation("2006-01-02 15:04", s, loc); err == nil {
		return Received{At: at}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, s, loc)
	if err != nil {
		return Received{}, fmt.Errorf("%q is no time; one looks like \"2026-11-20 09:15\"", s)
	}
	return Received{At: at, DayOnly: true}, nil
}

// Pattern finds a received time in the names of a file and its folders.
type Pattern struct {
	find *regexp.Regexp
	text string
}

// tokens of a pattern, with what they match.
var tokens = map[string]string{"yyyy": `\d{4}`, "mm": `\d{2}`, "dd": `\d{2}`, "HH": `\d{2}`, "MM": `\d{2}`}

var tokenForm = regexp.MustCompile(`\\\{(\w+)\\\}`)

// ParsePattern reads a pattern such as "{yyyy}-{mm}-{dd}_{HH}{MM}". Without a time of
// day what it finds is flagged.
func ParsePattern(s string) (Pattern, error) {
	var unknown string
	seen := map[string]bool{}
	re := tokenForm.ReplaceAllStringFunc(regexp.QuoteMeta(s), func(m string) string {
		name := tokenForm.FindStringSubmatch(m)[1]
		if tokens[name] == "" || seen[name] {
			unknown = name
		}
		seen[name] = true
		return "(?P<" + name + ">" + tokens[name] + ")"
	})
	switch {
	case unknown != "":
		return Pattern{}, fmt.Errorf("the pattern %q has {%s} wrongly; it takes {yyyy} {mm} {dd} {HH} {MM}, each once", s, unknown)
	case !seen["yyyy"] || !seen["mm"] || !seen["dd"]:
		return Pattern{}, fmt.Errorf("the pattern %q needs {yyyy}, {mm} and {dd}", s)
	case seen["HH"] != seen["MM"]:
		return Pattern{}, fmt.Errorf("the pattern %q needs {HH} and {MM}, or neither", s)
	}
	find, err := regexp.Compile(`(?:^|\D)` + re + `(?:\D|$)`)
	return Pattern{find, s}, err
}

// Find looks in the name of a file, then in those of its folders from the inside out.
func (p Pattern) Find(path string, loc *time.Location) (Received, bool) {
	parts := strings.Split(filepath.ToSlash(path), "/")
	// A pattern may span folders: it is held against the end of the path that has as
	// many parts as it has itself.
	size := strings.Count(p.text, "/") + 1
	for end := len(parts); end >= size; end-- {
		m := p.find.FindStringSubmatch(strings.Join(parts[end-size:end], "/"))
		if m == nil {
			continue
		}
		n := map[string]int{}
		for i, name := range p.find.SubexpNames() {
			if name != "" {
				n[name], _ = strconv.Atoi(m[i]) // digits only
			}
		}
		at := time.Date(n["yyyy"], time.Month(n["mm"]), n["dd"], n["HH"], n["MM"], 0, 0, loc)
		if at.Year() != n["yyyy"] || int(at.Month()) != n["mm"] || at.Day() != n["dd"] || n["HH"] > 23 || n["MM"] > 59 {
			continue // 99 is no month
		}
		_, timed := n["HH"]
		return Received{At: at, DayOnly: !timed}, true
	}
	return Received{}, false
}
