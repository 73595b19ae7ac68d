package ingest_test

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/detail"
)

// P17: the subject of a reply was written by us; it says nothing of the customer's
// language unless the text is too short.
func TestP17LanguageOfAReply(t *testing.T) {
	t.Parallel()
	r := ingest.NewReader(ingest.JudgeOptions{}, detail.Options{})
	for mail, want := range map[string]complaint.Language{
		"Subject: Re: Your complaint has been received\n\nDziękuję":                         complaint.Polish,
		"Subject: Re: Your complaint ASK4-26\n\nNie zgadzam się z odpowiedzią.":             complaint.Polish,
		"Subject: Odp: Otrzymaliśmy Państwa skargę\n\nI do not agree with the answer.":      complaint.English,
		"Subject: No internet in my room since Friday\n\nASK4":                              complaint.English,
		"Subject: Complaint about the line\n\nBonjour, ma connexion ne marche plus. Merci.": complaint.Both,
	} {
		raw := "From: a@example.org\nContent-Type: text/plain; charset=utf-8\n" + mail
		if got := r.Read(strings.NewReader(raw), int64(len(raw)), time.Time{}).Language; got != want {
			t.Errorf("%q: %q, want %q", mail, got, want)
		}
	}
}
