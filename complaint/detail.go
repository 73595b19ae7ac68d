package complaint

import (
	"encoding/json"
	"fmt"
)

// DetailKind names what a detail is (P9 evidence, and what intake suggests).
type DetailKind string

// The kinds of detail of the explain contract (DESIGN, schema 1).
const (
	DetailTicket       DetailKind = "ticket"        // somebody's ticket or case number
	DetailReference    DetailKind = "reference"     // a complaint reference of ours, check character verified
	DetailStaff        DetailKind = "staff"         // a name on the staff list
	DetailTime         DetailKind = "time"          // RFC 3339, with or without the time of day
	DetailPhone        DetailKind = "phone"         // E.164
	DetailEmail        DetailKind = "email"         // lower-case domain
	DetailName         DetailKind = "name"          // the customer's name
	DetailAddress      DetailKind = "address"       // postal address, lines joined by ", "
	DetailPostcode     DetailKind = "postcode"      // upper-case, UK with its space, PL as 00-000
	DetailAccount      DetailKind = "account"       // customer account number
	DetailRoom         DetailKind = "room"          // room, flat or unit
	DetailPersonalData DetailKind = "personal_data" // words that suggest P10
	DetailConduct      DetailKind = "conduct"       // words that suggest P6
)

// Detail is one fact found in a message or letter, with the place where it was
// found (P9). Staff confirm or correct it later.
type Detail struct {
	Kind       DetailKind `json:"kind"`
	Value      string     `json:"value"`      // normalised
	Text       string     `json:"text"`       // as written
	Confidence float64    `json:"confidence"` // 0 to 1
	Where      Place      `json:"where"`
}

// Place is where a detail was found: Part, Start and End (runes) in a message; Page
// and Box on a scan, where Start and End are those of its letter's text.
type Place struct {
	Part  string  `json:"part,omitempty"` // "subject" or "text"; empty for a scan
	Start int     `json:"start"`          // first rune
	End   int     `json:"end"`            // rune after the last
	Page  int     `json:"page,omitempty"` // from 1; 0 for a message
	Box   *[4]int `json:"box,omitempty"`  // x, y, width, height in hundredths of a millimetre
}

// MarshalJSON writes one of the two forms of the explain contract (DESIGN, schema
// 1): {part, start, end} or {page, box}.
func (p Place) MarshalJSON() ([]byte, error) {
	if p.Page == 0 {
		type message Place // without this method
		return json.Marshal(message(p))
	}
	var box [4]int
	if p.Box != nil {
		box = *p.Box
	}
	return json.Marshal(struct {
		Page int    `json:"page"`
		Box  [4]int `json:"box"`
	}{p.Page, box})
}

// String says where it is, for a person.
func (p Place) String() string {
	if p.Page > 0 {
		return fmt.Sprintf("page %d", p.Page)
	}
	return p.Part
}
