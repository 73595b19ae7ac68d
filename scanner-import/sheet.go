package scannerimport

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// SheetType tells the two kinds of sheets apart.
type SheetType string

// The sheets that a mailroom lays between letters. Both are dropped from them.
const (
	SheetBatch     SheetType = "batch"     // says when the letters of a batch reached the building
	SheetSeparator SheetType = "separator" // the next letter begins behind it
)

// Sheet is what the code on a printed sheet says.
type Sheet struct {
	Type     SheetType
	Batch    string    // ID of the batch; empty on a separator
	Received time.Time // when the letters reached the building, UTC; zero on a separator (P12)
	Operator string    // who took them in; may be empty
	Pages    int       // scanned sides of its letters, empty ones too, without sheets of ours; 0: not counted
	Letters  int       // letters known to be in the house; 0: not counted
}

// sheetPrefix begins the text of every code of ours on a sheet.
const sheetPrefix = "skarga:"

// Code is the text of the sheet's QR code: "skarga:batch?id=…&received=…". It is
// plain, since a sheet only moves clocks that the desk sees and never sends mail.
func (s Sheet) Code() string {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" && value != "0" {
			v.Set(key, value)
		}
	}
	set("id", s.Batch)
	if !s.Received.IsZero() {
		set("received", s.Received.UTC().Format(time.RFC3339))
	}
	set("operator", s.Operator)
	set("pages", strconv.Itoa(s.Pages))
	set("letters", strconv.Itoa(s.Letters))
	code := sheetPrefix + string(s.Type)
	if len(v) > 0 {
		code += "?" + v.Encode()
	}
	return code
}

// ParseSheet reads the text of a code. ok is false when it is no sheet of ours; an
// error names the field of a sheet that cannot be read.
func ParseSheet(code string) (s Sheet, ok bool, err error) {
	rest, ours := strings.CutPrefix(strings.TrimSpace(code), sheetPrefix)
	if !ours {
		return s, false, nil
	}
	kind, query, _ := strings.Cut(rest, "?")
	if s.Type = SheetType(kind); s.Type != SheetBatch && s.Type != SheetSeparator {
		return s, false, nil
	}
	v, err := url.ParseQuery(query)
	if err != nil {
		return s, true, fmt.Errorf("scannerimport: sheet code %q: %w", code, err)
	}
	s.Batch, s.Operator = v.Get("id"), v.Get("operator")
	if r := v.Get("received"); r != "" {
		if s.Received, err = time.Parse(time.RFC3339, r); err != nil {
			return s, true, fmt.Errorf("scannerimport: sheet code: received %q is no time", r)
		}
	}
	for key, n := range map[string]*int{"pages": &s.Pages, "letters": &s.Letters} {
		if text := v.Get(key); text != "" {
			if *n, err = strconv.Atoi(text); err != nil || *n < 0 {
				return s, true, fmt.Errorf("scannerimport: sheet code: %s %q is no count", key, text)
			}
		}
	}
	return s, true, nil
}
