package ocr

import (
	"regexp"
	"strconv"
	"strings"

	"ask4.com/skarga/scanner-import/layout"
)

// parseTSV reads tesseract's table: level, page, block, paragraph, line, word,
// left, top, width, height, confidence, text.
func parseTSV(table string, pages []Page) [][]layout.Word {
	words := make([][]layout.Word, len(pages))
	for line := range strings.SplitSeq(table, "\n") {
		f := strings.Split(strings.TrimRight(line, "\r"), "\t")
		if len(f) != 12 || f[0] != "5" || strings.TrimSpace(f[11]) == "" {
			continue
		}
		var n [11]float64
		for i := range n {
			n[i], _ = strconv.ParseFloat(f[i], 64) // a table of a program that we started; 0 harms nothing
		}
		i := int(n[1]) - 1
		if i < 0 || i >= len(pages) {
			continue
		}
		scale, from := 2540/pages[i].DPI, pages[i].Gray.Rect.Min
		words[i] = append(words[i], layout.Word{
			Text: strings.TrimSpace(f[11]), Confidence: min(max(n[10]/100, 0), 1),
			Box:   layout.Box{int((n[6] + float64(from.X)) * scale), int((n[7] + float64(from.Y)) * scale), int(n[8] * scale), int(n[9] * scale)},
			Block: int(n[2]) - 1, Paragraph: int(n[3]) - 1, Line: int(n[4]) - 1,
		})
	}
	for i := range words {
		words[i] = mend(words[i])
	}
	return words
}

// Signs that OCR takes for the @ of an e-mail address, which is rare in its books. A
// capital is one of them only among small letters.
var (
	mailbox = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._%+-]*(@|©|®|[QGOCD])((?:[0-9A-Za-z-]+\.)+(?:com|org|net|edu|gov|info|uk|pl|eu|ie|io))[.,;:)>]*$`)
	domain  = regexp.MustCompile(`^(?:@|©|®|[QGOCD])(?:[0-9A-Za-z-]+\.)+[A-Za-z]{2,4}[.,;:)>]*$`)
	local   = regexp.MustCompile(`^[(<]*[0-9A-Za-z._%+-]{2,}$`)
)

// mailSpace is the widest gap that OCR sees inside of an e-mail address, as a share
// of the height of its letters.
const mailSpace = 0.9

// mend puts e-mail addresses together that were read in pieces or without their @.
func mend(words []layout.Word) []layout.Word {
	out := words[:0]
	for _, w := range words {
		if n := len(out); n > 0 && splits(out[n-1], w) {
			last := &out[n-1]
			sum := last.Confidence*float64(len(last.Text)) + w.Confidence*float64(len(w.Text))
			last.Confidence = 0.9 * sum / float64(len(last.Text)+len(w.Text))
			last.Text += w.Text
			last.Box = last.Box.Union(w.Box)
			w = *last
			out = out[:n-1]
		}
		if m := mailbox.FindStringSubmatchIndex(w.Text); m != nil && w.Text[m[2]:m[3]] != "@" {
			w.Text = w.Text[:m[2]] + "@" + w.Text[m[3]:]
			w.Confidence *= 0.8
		}
		out = append(out, w)
	}
	return out
}

// splits says whether two neighbours are parts of one e-mail address.
func splits(a, b layout.Word) bool {
	gap := b.Box[0] - a.Box[0] - a.Box[2]
	if a.Block != b.Block || a.Paragraph != b.Paragraph || a.Line != b.Line || float64(gap) > mailSpace*float64(max(a.Box[3], b.Box[3])) || !local.MatchString(a.Text) && !strings.HasSuffix(a.Text, "@") {
		return false
	}
	if domain.MatchString(b.Text) {
		return true
	}
	glued := strings.HasPrefix(b.Text, ".") || strings.HasSuffix(a.Text, ".") || strings.HasSuffix(a.Text, "@")
	return glued && mailbox.MatchString(strings.TrimLeft(a.Text+b.Text, "(<"))
}
