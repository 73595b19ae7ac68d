package ingest

import (
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// maxForwardText is how much of a text is searched for a forwarded header.
const maxForwardText = 64 << 10

var (
	// forwardFrom and forwardOther are lines of the header that mail programs
	// write above a forwarded message, in the six languages of new_text.
	forwardFrom    = regexp.MustCompile(`(?i)^[\s>*|]*(?:from|od|von|de|da)\s*\*?\s*:\s*\*?\s*(\S.*)$`)
	forwardOther   = regexp.MustCompile(`(?i)^[\s>*|]*(?:sent|date|to|cc|subject|wysłano|wysłane|data|do|dw|temat|gesendet|datum|an|betreff|envoyé|à|objet|enviado( el)?|fecha|para|asunto|inviato|a|oggetto)\s*\*?\s*:`)
	forwardAddress = regexp.MustCompile(`[^\s<>\[\]():;,"]+@[^\s<>\[\]():;,"]+[^\s<>\[\]():;,".]`)
)

// forwardedHeader is whom the first forwarded header in a text names as its
// author: a From line with another header line within the four after it, so that
// a sentence beginning with "From:" is none. Address may be empty, as Outlook
// writes names alone.
func forwardedHeader(text string) (message.Address, bool) {
	if len(text) > maxForwardText {
		text = text[:maxForwardText]
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		m := forwardFrom.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			continue
		}
		for _, next := range lines[i+1 : min(len(lines), i+5)] {
			if forwardOther.MatchString(next) {
				return authorOf(m[1]), true
			}
		}
	}
	return message.Address{}, false
}

// authorOf reads "Name <a@b>", "Name [mailto:a@b]", "a@b" or a name alone.
func authorOf(s string) message.Address {
	loc := forwardAddress.FindStringIndex(s)
	if loc == nil {
		return message.Address{Name: strings.Trim(s, " \t*\"'")}
	}
	name := s[:loc[0]]
	if i := strings.IndexAny(name, "<["); i >= 0 {
		name = name[:i]
	}
	return message.Address{Name: strings.Trim(name, " \t*\"'("), Address: s[loc[0]:loc[1]]}
}
