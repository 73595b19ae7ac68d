package demo

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"
	"time"

	"ask4.com/skarga/complaint"
)

//go:embed messages/*.eml
var messages embed.FS

// Letter is one message of the demo and what must become of it.
type Letter struct {
	File     string            // under messages/, without .eml
	What     string            // for the person who watches
	Outcome  complaint.Outcome // what the arrival must become
	Held     bool              // a person must look before it is answered
	Answered bool              // an acknowledgement leaves
	About    string            // file of the letter whose complaint and answer this one speaks of; "" if none
}

// First are the letters that start the world.
var First = []Letter{
	{"01-slow-connection", "complaint in English, with a picture", complaint.ToComplaint, false, true, ""},
	{"02-brak-internetu", "complaint in Polish, with a PDF", complaint.ToComplaint, false, true, ""},
	{"03-personal-data", "about personal data (P10)", complaint.ToComplaint, false, true, ""},
	{"04-rude-engineer", "about a member of staff (P8)", complaint.ToComplaint, false, true, ""},
	{"05-anders", "in German: answered in English and Polish (P17)", complaint.ToComplaint, false, true, ""},
	{"06-newsletter", "newsletter", complaint.ToComplaint, true, false, ""},
	{"07-voicemail", "voicemail notice (P11)", complaint.Refused, false, false, ""},
	{"08-damaged", "damaged: no valid date, boundary or address end", complaint.ToComplaint, false, true, ""},
	{"01-slow-connection", "the first message once more", complaint.Duplicate, false, false, ""},
	{"10-forwarded", "a colleague forwards a customer's mail", complaint.ToComplaint, true, false, ""},
	{"11-angry", "abusive words (P6): flagged, and answered", complaint.ToComplaint, false, true, ""},
	{"12-mentions-voicemail", "a complaint that speaks of voicemail", complaint.ToComplaint, false, true, ""},
}

// Second are the letters that answer what the first ones led to.
var Second = []Letter{
	{"13-reply", "the customer replies", complaint.Correspondence, false, false, "01-slow-connection"},
	{"14-stranger", "a stranger quotes that reference", complaint.ToComplaint, false, true, "01-slow-connection"},
	{"15-out-of-office", "out-of-office to our acknowledgement", complaint.Correspondence, false, false, "02-brak-internetu"},
	{"16-bounce", "bounce of our acknowledgement", complaint.Automatic, false, false, "04-rude-engineer"},
	{"17-same-id", "the same Message-ID with other content", complaint.ToComplaint, false, true, ""},
}

// Facts are what a letter of the second round must quote.
type Facts struct {
	Date      string              // RFC 5322; filled by Render when empty
	Reference complaint.Reference // of the complaint it speaks of
	AckID     string              // Message-ID of our answer, without angle brackets
	Subject   string              // subject of our answer
}

// Render writes a letter with its facts.
func (l Letter) Render(f Facts, now time.Time) ([]byte, error) {
	raw, err := messages.ReadFile("messages/" + l.File + ".eml")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	t, err := template.New(l.File).Parse(string(raw))
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if f.Date == "" {
		f.Date = now.Format(time.RFC1123Z)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return b.Bytes(), nil
}
