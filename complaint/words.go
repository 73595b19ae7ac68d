package complaint

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// strokes are the letters that no decomposition takes apart.
var strokes = strings.NewReplacer("ł", "l", "đ", "d", "ø", "o", "æ", "ae", "œ", "oe", "ß", "ss", "þ", "th", "ı", "i")

// Words are the words of texts as they are searched for: without case and accents, so
// that "zolw" finds "Żółw". Signs divide words.
func Words(texts ...string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(strings.Join(texts, "\n"))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(strokes.Replace(b.String()))
}
