package templates

import (
	"regexp"
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
)

// subjectRunes is the longest subject that is repeated to a customer.
const subjectRunes = 80

// Subject is a subject line as the customer wrote it. Rendering cleans it.
type Subject string

// CleanSubject makes a customer's subject fit to be repeated: one line, without
// control and bidirectional signs, web or e-mail addresses, and reply marks in
// any number, cut to about 80 signs. A forged sender must not be able to make us
// mail a link to a victim (DOMAIN, Texts).
func CleanSubject(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	var words []string
	for _, w := range strings.Fields(s) {
		if !strings.ContainsAny(w, ".:@") || !subjectAddress.MatchString(w) {
			words = append(words, w)
		}
	}
	s = strings.Join(words, " ")
	for strings.Contains(s, ":") {
		rest := strings.TrimSpace(subjectMark.ReplaceAllString(s, ""))
		if rest == s {
			break
		}
		s = rest
	}
	if r := []rune(s); len(r) > subjectRunes {
		s = strings.TrimSpace(string(r[:subjectRunes-1])) + "…"
	}
	return s
}

// ReplySubject is the subject of a reply: theirs, cleaned, behind the complaint's
// reference in brackets, "Re: [ASK4-26-K7Q2M-4] No internet". Mail programs that
// thread by subject leave marks and bracketed words in front away (RFC 5256 section
// 2.1), so that it is the same subject to them, however often it goes back and
// forth. It is empty when theirs says nothing: the template's own subject is better.
func ReplySubject(theirs string, ref complaint.Reference) string {
	base := CleanSubject(theirs)
	for _, mark := range []string{"[" + string(ref) + "]", "(" + string(ref) + ")", string(ref)} {
		if ref != "" {
			base = CleanSubject(strings.ReplaceAll(base, mark, " "))
		}
	}
	switch {
	case base == "":
		return ""
	case ref == "":
		return "Re: " + base
	}
	return "Re: [" + string(ref) + "] " + base
}

// subjectMark is a reply or forward mark of English, Polish and German programs.
var subjectMark = regexp.MustCompile(`(?i)^(re|fwd?|odp|pd|aw|wg)(\[\d+\]|\(\d+\))?\s*:`)

// subjectAddress is a word that a mail program might make clickable; each has a dot, a
// colon or an @.
var subjectAddress = regexp.MustCompile(`(?i)://|@|^\W*www\.|^\W*(mailto|tel|javascript|data):|` +
	`[\pL\pN-]\.(com|net|org|info|biz|io|co|uk|pl|eu|de|ru|cn|xyz|top|click|link|site|online|app|dev|shop|me|ly|gg|tk|cc)\b|` +
	`[\pL\pN-]\.\pL{2,}[/:?#]|\d{1,3}(\.\d{1,3}){3}`)
