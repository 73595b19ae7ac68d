// Package quote finds what a person newly wrote in a message: the text without
// the quoted history that mail programs put below an answer, and without the
// signature.
//
// It would rather keep a line of history than lose a word of the customer's, so
// every form needs evidence: a header block needs several of its fields, an
// attribution line a date and a name or an address, a signature a delimiter or a
// closing that stands alone. What is decided:
//
//   - Lines that start with ">" are history; answers between them are new text.
//   - Below a header block, an "Original Message" line, or an attribution whose
//     text is not marked with ">", everything to the end is history.
//   - A forward has its cover note as new text, and none if there is no note.
//   - A closing ("Regards", "Pozdrawiam") with the name below it belongs to the
//     signature, a postscript or any further sentence does not.
//   - If all is signature and nothing is history, the text itself is the new text.
//
// Time and memory are linear in the length of the text.
package quote

import "strings"

// NewText returns what the person newly wrote, lines ended by LF, without white
// space at the ends of lines. It is empty for a forward without a note and for an
// answer that holds nothing but history.
func NewText(text string) string {
	newText, _, _ := Split(text)
	return newText
}

// Split divides a text into what is new, the signature, and the quoted history.
// Each part is the lines of that kind; every line that is not blank is in exactly
// one part, except that bare rules between the parts may be in none.
func Split(text string) (newText, signature, quoted string) {
	d := divide(text)
	return d.join(kindNew), d.join(kindSignature), d.join(kindQuote)
}

// join returns the lines of one kind. Blank lines are kept inside a run, one
// blank line stands where other kinds were left out.
func (d *division) join(k kind) string {
	var b strings.Builder
	blanks, seam := 0, false
	for i := range d.lines {
		if d.kinds[i] != k {
			seam = true
			continue
		}
		line := strings.TrimRight(d.line(i), " \t\r\u00a0")
		if line == "" {
			blanks++
			continue
		}
		if b.Len() > 0 {
			if seam {
				blanks = 1
			}
			for range blanks {
				b.WriteByte('\n')
			}
			b.WriteByte('\n')
		}
		blanks, seam = 0, false
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}
