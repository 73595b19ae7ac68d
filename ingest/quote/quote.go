// Package quote finds what a person newly wrote in a mail: the text without the
// history that mail programs put under or around it, and without the signature.
//
// A text is cut into lines once. The first line that begins the history (an
// attribution, a copied header, a separator) ends the new text; only where the
// history is marked with ">" can new text follow it, and is kept (answers between
// the lines). Nothing is cut inside a paragraph.
package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLines bounds the lines that are looked at; what comes after them is history
// or an attack.
const maxLines = 20000

// NewText gives the new part of a mail's text, trimmed. When nothing new would be
// left of a text that has no history (all of it looks like a signature), the text
// itself is given: a person's words are never lost.
func NewText(text string) string {
	lines := strings.SplitN(strings.ReplaceAll(text, "\r\n", "\n"), "\n", maxLines+1)
	lines = lines[:min(len(lines), maxLines)]
	kept, history := withoutHistory(lines)
	fresh := strings.TrimSpace(strings.Join(withoutSignature(kept), "\n"))
	if fresh == "" {
		fresh = strings.TrimSpace(strings.Join(kept, "\n"))
	}
	if fresh == "" && !history {
		return strings.TrimSpace(text)
	}
	return fresh
}

// withoutHistory gives the lines that are not history, and whether there was any.
func withoutHistory(lines []string) (kept []string, history bool) {
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t\r\u00a0")
		switch {
		case quoted(line), i > 0 && spilled(lines[i-1], line):
			history = true
			continue
		case blank(line):
			kept = append(kept, line)
			continue
		}
		n := attribution(lines[i:])
		if n == 0 && beginsHistory(lines[i:]) {
			n = -1
		}
		if n == 0 {
			kept = append(kept, line)
			continue
		}
		history = true
		kept = withoutRule(kept)
		if n < 0 || !quotedNext(lines[i+n:]) {
			return kept, true // no marks: all that follows is history
		}
		i += n - 1
	}
	return kept, history
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// quoted says whether a line is marked as history. ">>" in a row of a shell session
// is not told apart; a single ">" with nothing but a name behind it is.
func quoted(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t\u00a0"), ">") }

// spilled says whether a line is the rest of a marked line that a mail program
// wrapped without marking it again: the marked line is full, the rest goes on in
// small letters.
func spilled(before, line string) bool {
	r, _ := utf8.DecodeRuneInString(line)
	return quoted(before) && utf8.RuneCountInString(before) >= 55 && unicode.IsLower(r)
}

// quotedNext says whether the next line with content is marked.
func quotedNext(lines []string) bool {
	for _, l := range lines {
		if !blank(l) {
			return quoted(l)
		}
	}
	return false
}

// withoutRule drops a rule of underscores, dashes or equal signs, and blank lines,
// from the end: mail programs draw it above the history.
func withoutRule(lines []string) []string {
	for len(lines) > 0 {
		l := strings.TrimSpace(lines[len(lines)-1])
		if strings.Trim(l, "_-=*") != "" {
			break
		}
		lines = lines[:len(lines)-1]
	}
	return lines
}

// withoutSignature cuts at the first line that begins a signature.
func withoutSignature(lines []string) []string {
	for i, l := range lines {
		t := strings.TrimSpace(l)
		switch {
		case t == "--" || t == "__": // RFC 3676 section 4.3, and list footers
		case sentFrom(t) && (i == 0 || blank(lines[i-1]) || strings.Contains(t, "<http")):
		case farewell(t) && onlyShort(lines[i+1:]) && i > 0:
		default:
			continue
		}
		return withoutRule(lines[:i])
	}
	return lines
}

// sentFrom says whether a line is what a phone puts under every mail.
func sentFrom(t string) bool {
	bare, _, _ := strings.Cut(t, "<http")
	if len([]rune(bare)) > 70 || len(strings.Fields(bare)) > 10 {
		return false
	}
	low := strings.ToLower(bare)
	for _, p := range sentFromWords {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return strings.HasPrefix(low, "von meinem ") && strings.HasSuffix(strings.TrimRight(low, "."), "gesendet")
}

// farewell says whether a line is nothing but a closing formula.
func farewell(t string) bool {
	t = strings.ToLower(strings.TrimRight(t, " ,.!"))
	for _, f := range farewells {
		if t == f {
			return true
		}
	}
	return false
}

// onlyShort says whether what is left looks like a name and its lines: few, short,
// no question.
func onlyShort(lines []string) bool {
	n := 0
	for _, l := range lines {
		if blank(l) {
			continue
		}
		n++
		if n > 8 || len([]rune(l)) > 70 || strings.ContainsAny(l, "?") {
			return false
		}
	}
	return true
}
