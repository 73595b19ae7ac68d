package letter

import (
	"errors"
	"slices"

	"ask4.com/skarga/templates"
)

// address draws the recipient into the window, and date and reference beside it.
func (d *drawing) address(l Letter) {
	at, beside := windowUK, pageWidth-margin-62
	if l.Window == WindowPoland {
		at, beside = windowPL, margin
	}
	rows, pitch := d.inWindow(l.To)
	top := addressTop + (addressHigh-pitch*float64(len(rows)))/2
	for i, row := range rows {
		d.SetXY(at, top+float64(i)*pitch)
		d.CellFormat(addressWide+1, pitch, row, "", 0, "L", false, 0, "")
	}
	label, size := 8.5, 10.5
	if l.Large {
		label, size = 14, 18
	}
	lang := l.Parts[0].Lang
	d.SetY(addressTop)
	for _, pair := range [][2]string{{word(lang, "Date"), templates.Date(lang, l.Date)}, {word(lang, "Reference"), string(l.Reference)}} {
		d.SetX(beside)
		d.font("", label)
		d.CellFormat(62, height(label), pair[0], "", 2, "L", false, 0, "")
		d.CellFormat(62, height(size), d.fitted("B", size, 60, pair[1]), "", 1, "L", false, 0, "")
	}
	// Where the sheet is folded.
	d.SetDrawColor(170, 170, 170)
	d.Line(5, 99, 9, 99)
	d.Line(5, 198, 9, 198)
}

// inWindow divides an address into the rows that the window shows, whole, in the largest
// print in which they fit, and sets that: rather a little smaller than with a line in two.
// Of too many lines some below the name share a row; town and country stand alone. An
// address that does not fit at all is an error.
func (d *drawing) inWindow(to []string) (rows []string, pitch float64) {
	for _, smallest := range []float64{9, 5} { // whole lines; then also divided ones
		for size := 10.5; size >= smallest; size -= 0.5 {
			d.font("", size)
			pitch = size * 0.3528 * 1.055
			lines := make([]string, len(to))
			for i := range to {
				lines[i] = text(to[i])
			}
			for {
				rows = nil
				for _, line := range lines {
					rows = append(rows, d.SplitText(line, addressWide)...)
				}
				if len(rows) <= int(addressHigh/pitch) && (smallest < 9 || len(rows) == len(lines)) {
					return rows, pitch
				}
				shared, ok := d.shareRow(lines)
				if !ok {
					break
				}
				lines = shared
			}
		}
	}
	d.SetError(errors.New("letter: the address does not fit the window of an envelope"))
	return nil, pitch
}

// shareRow puts the two shortest neighbours below the name into one row, if they fit it.
func (d *drawing) shareRow(lines []string) (shared []string, ok bool) {
	at, narrowest := 0, addressWide
	for k := 1; k < len(lines)-3; k++ {
		if w := d.GetStringWidth(lines[k] + ", " + lines[k+1]); w <= narrowest {
			at, narrowest = k, w
		}
	}
	if at == 0 {
		return lines, false
	}
	return slices.Replace(lines, at, at+2, lines[at]+", "+lines[at+1]), true
}

// fitted makes text fit a width: by a smaller size first, by leaving out its end when
// it would be too small to read. It sets the font.
func (d *drawing) fitted(style string, size, width float64, s string) string {
	s = text(s)
	d.font(style, size)
	for size > 7 && d.GetStringWidth(s) > width {
		size -= 0.5
		d.font(style, size)
	}
	r := []rune(s)
	for len(r) > 1 && d.GetStringWidth(string(r)) > width {
		r = append(r[:len(r)-2], '…')
	}
	return string(r)
}
