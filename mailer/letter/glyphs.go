package letter

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"ask4.com/skarga/templates"
)

// typeface is the font as it says which signs it has.
var typeface = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(liberationsansregular.TTF) })

// drawn names the signs of a letter that its typeface does not have. They would stand
// there as empty boxes, in a name as in an answer, and nobody would be told.
func (l Letter) drawn() error {
	font, err := typeface()
	if err != nil {
		return fmt.Errorf("letter: the typeface cannot be read: %w", err)
	}
	lacks := ""
	var buf sfnt.Buffer
	for _, s := range l.words() {
		for _, r := range text(s) {
			if i, err := font.GlyphIndex(&buf, r); (i == 0 || err != nil) && !strings.ContainsRune(lacks, r) {
				lacks += string(r)
			}
		}
	}
	if lacks != "" {
		return fmt.Errorf("letter: the typeface has no %s; write it in other letters", strings.Join(strings.Split(lacks, ""), " "))
	}
	return nil
}

// words are all the texts of a letter that are not ours.
func (l Letter) words() []string {
	all := append([]string{l.Firm, l.Subject}, slices.Concat(l.Head, l.To)...)
	for _, p := range l.Parts {
		for _, b := range p.Blocks {
			all = append(append(all, b.Heading, b.Text), b.Items...)
		}
	}
	return all
}

// text makes what people typed fit for one paragraph: control signs become spaces, signs
// that are not seen go, accents join their letters. Numbers and short words stay with what
// follows them.
func text(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r <= ' ' || r == 0x7f:
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector): // e.g. the marks of direction in a copied phone number
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))
	return templates.Hold(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")) // held spaces stay
}
