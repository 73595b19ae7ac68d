package file

import (
	"image"
	"math"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"ask4.com/skarga/scanner-import/layout"
)

// contents is what a page is made of, as far as it tells a scanned page from a
// written one.
type contents struct {
	images                  float64                    // share of the page under its largest picture
	imageDPI                float64                    // of that picture
	visibleText, hiddenText int                        // pieces of text that can be seen, or not
	picture                 references.FPDF_PAGEOBJECT // the largest
	others                  int                        // things that can be seen beside it
	painted                 []painted                  // its pictures, those in other parts too
	objects                 int                        // parts of the page
	looked                  int                        // parts of parts that were looked at
}

// covered says whether one picture covers most of the page: it was scanned.
func (c contents) covered() bool { return c.images > 0.6 }

// dpi is the resolution in which the page is drawn for OCR.
func (c contents) dpi() float64 {
	if !c.covered() || c.imageDPI < 1 {
		return pdfDPI
	}
	return min(max(c.imageDPI, pdfMinDPI), pdfMaxDPI)
}

// maxObjects bounds how many parts of a page are looked at.
const maxObjects = 20000

// maxDepth bounds how deep the parts of a page are looked into.
const maxDepth = 10

// contents looks at the objects of a page in the order in which they are painted.
func (p *pdf) contents(page references.FPDF_PAGE, area float64) (c contents, err error) {
	of := requests.Page{ByReference: &page}
	count, err := p.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: of})
	if err != nil {
		return c, err
	}
	c.objects = count.Count
	for i := range min(count.Count, maxObjects) {
		got, err := p.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: of, Index: i})
		if err != nil {
			continue
		}
		kind, err := p.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: got.PageObject})
		if err != nil {
			continue
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_TEXT:
			mode, err := p.instance.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: got.PageObject})
			if err == nil && (mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE || mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_CLIP) {
				c.hiddenText++
			} else {
				c.visibleText++
				c.others++
			}
		case enums.FPDF_PAGEOBJ_FORM:
			c.visibleText++ // it may hold text; what is seen on the page decides
			c.others++
			if err := p.within(page, got.PageObject, 0, &c); err != nil {
				return c, err
			}
		case enums.FPDF_PAGEOBJ_IMAGE:
			c.others++
			if share := p.share(got.PageObject, area); share >= leastShare {
				meta, err := p.paint(page, got.PageObject, &c)
				if err != nil {
					return c, err
				}
				if share > c.images {
					c.images, c.picture = share, got.PageObject
					c.imageDPI = float64(max(meta.HorizontalDPI, meta.VerticalDPI))
				}
			}
			if c.covered() { // what was painted before lies under it
				c.hiddenText += c.visibleText
				c.visibleText, c.others = 0, 1
			}
		default:
			c.others++
		}
	}
	return c, nil
}

// paint notes a picture of a page.
func (p *pdf) paint(page references.FPDF_PAGE, object references.FPDF_PAGEOBJECT, c *contents) (meta structs.FPDF_IMAGEOBJ_METADATA, err error) {
	got, err := p.instance.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: object, Page: requests.Page{ByReference: &page}})
	if err != nil {
		return meta, crashed(err)
	}
	if len(c.painted) < mostPainted {
		c.painted = append(c.painted, painted{object, got.ImageMetadata})
	}
	return got.ImageMetadata, nil
}

// within notes the pictures of a part of a page, which has parts of its own.
func (p *pdf) within(page references.FPDF_PAGE, form references.FPDF_PAGEOBJECT, depth int, c *contents) error {
	count, err := p.instance.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: form})
	if err != nil || depth == maxDepth {
		return crashed(err)
	}
	for i := range min(count.Count, maxObjects) {
		if c.looked++; c.looked > maxObjects {
			return nil
		}
		got, err := p.instance.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: form, Index: uint64(i)})
		if err != nil {
			continue
		}
		kind, err := p.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: got.PageObject})
		switch {
		case err != nil:
			continue
		case kind.Type == enums.FPDF_PAGEOBJ_FORM:
			err = p.within(page, got.PageObject, depth+1, c)
		case kind.Type == enums.FPDF_PAGEOBJ_IMAGE:
			_, err = p.paint(page, got.PageObject, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// share is how much of the page an object covers.
func (p *pdf) share(object references.FPDF_PAGEOBJECT, area float64) float64 {
	b, err := p.instance.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
	if err != nil || area <= 0 {
		return 0
	}
	share := float64(b.Right-b.Left) * float64(b.Top-b.Bottom) / area
	if math.IsNaN(share) {
		return 0
	}
	return share
}

// words reads the text layer where it is a real one: text that can be seen, in
// letters that mean something. nil says that there is none.
func (p *pdf) words(page references.FPDF_PAGE, width, height float64, c contents) ([]layout.Word, error) {
	if c.visibleText == 0 || c.hiddenText > c.visibleText {
		return nil, nil
	}
	got, err := p.instance.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: requests.Page{ByReference: &page}, Mode: requests.GetPageTextStructuredModeChars,
	})
	if err != nil {
		return nil, err
	}
	place, err := p.places(page, width, height)
	if err != nil {
		return nil, err
	}
	var chars []char
	odd, letters := 0, 0
	for _, c := range got.Chars {
		r := []rune(c.Text)
		if len(r) != 1 {
			continue
		}
		switch {
		case r[0] == unicode.ReplacementChar || unicode.Is(unicode.Co, r[0]) || unicode.IsControl(r[0]) && !unicode.IsSpace(r[0]):
			odd++
		case !unicode.IsSpace(r[0]):
			letters++
		}
		at := c.PointPosition
		chars = append(chars, char{r[0], place(at.Left, at.Bottom, at.Right, at.Top)})
	}
	if letters == 0 || odd*10 > letters {
		return nil, nil
	}
	return inLines(chars), nil
}

// places gives a function from points on the page to hundredths of a millimetre on
// the page as it is shown, whatever its rotation and crop box.
func (p *pdf) places(page references.FPDF_PAGE, width, height float64) (func(left, bottom, right, top float64) layout.Box, error) {
	const unit = 2540.0 / 72
	at := func(x, y float64) (fx, fy float64, err error) {
		got, err := p.instance.FPDF_PageToDevice(&requests.FPDF_PageToDevice{
			Page: requests.Page{ByReference: &page}, SizeX: int(width * unit), SizeY: int(height * unit), PageX: x, PageY: y,
		})
		if err != nil {
			return 0, 0, err
		}
		return float64(got.DeviceX), float64(got.DeviceY), nil
	}
	const far = 1000.0
	ox, oy, err := at(0, 0)
	if err != nil {
		return nil, err
	}
	xx, xy, err := at(far, 0)
	if err != nil {
		return nil, err
	}
	yx, yy, err := at(0, far)
	if err != nil {
		return nil, err
	}
	to := func(x, y float64) (float64, float64) {
		return ox + (x*(xx-ox)+y*(yx-ox))/far, oy + (x*(xy-oy)+y*(yy-oy))/far
	}
	return func(left, bottom, right, top float64) layout.Box {
		x1, y1 := to(left, bottom)
		x2, y2 := to(right, top)
		x, y := min(x1, x2), min(y1, y2)
		return layout.Box{int(x), int(y), int(math.Round(max(x1, x2) - x)), int(math.Round(max(y1, y2) - y))}
	}, nil
}

// char is one sign of a text layer.
type char struct {
	r   rune
	box layout.Box
}

// inLines joins signs, in the order in which the file has them, to words, lines and
// paragraphs. A line ends where the next sign stands clearly lower, higher or
// further left; a paragraph where the step down is more than a line.
func inLines(chars []char) []layout.Word {
	var words []layout.Word
	var text strings.Builder
	var box, line layout.Box // of the word; of the line so far
	paragraph, lines, newLine := 0, 0, false
	flush := func() {
		if text.Len() > 0 {
			words = append(words, layout.Word{Text: text.String(), Confidence: 1, Box: box, Paragraph: paragraph, Line: lines})
			line = line.Union(box)
		}
		text.Reset()
		box = layout.Box{}
	}
	for _, c := range chars {
		if unicode.IsSpace(c.r) {
			flush()
			newLine = newLine || c.r == '\n' || c.r == '\r'
			continue
		}
		if unicode.IsControl(c.r) {
			continue
		}
		if text.Len() > 0 && away(box, c.box) {
			flush()
		}
		if text.Len() == 0 && line != (layout.Box{}) && (newLine || away(line, c.box) || c.box[0]+c.box[2] < line[0]) {
			if away(line, c.box) || newLine && c.box[0] < line[0]+line[2] {
				lines++
				if gap := c.box[1] - (line[1] + line[3]); gap > line[3]*9/10 || gap < -3*line[3] {
					paragraph, lines = paragraph+1, 0
				}
				line = layout.Box{}
			}
		}
		newLine = false
		text.WriteRune(c.r)
		box = box.Union(c.box)
	}
	flush()
	return words
}

// away says whether two boxes do not share a line.
func away(a, b layout.Box) bool {
	middle := b[1] + b[3]/2
	return middle < a[1]-a[3]/2 || middle > a[1]+a[3]+a[3]/2
}

// explains says whether the words of a text layer stand for what is seen on the
// page: of its changes between light and dark at least half lie in the words'
// boxes. Much text beside pictures that do not cover the page is believed.
func explains(g *image.Gray, words []layout.Word, dpi float64, c contents) bool {
	letters := 0
	for _, w := range words {
		letters += len(w.Text)
	}
	if !c.covered() && letters >= 200 {
		return true
	}
	inside := make([]bool, len(g.Pix))
	scale := dpi / 2540
	for _, w := range words {
		pad := float64(w.Box[3]) / 4
		x1, x2 := int((float64(w.Box[0])-pad)*scale), int((float64(w.Box[0]+w.Box[2])+pad)*scale)
		y1, y2 := int((float64(w.Box[1])-pad)*scale), int((float64(w.Box[1]+w.Box[3])+pad)*scale)
		for y := max(y1, 0); y < min(y2, g.Rect.Dy()); y++ {
			for x := max(x1, 0); x < min(x2, g.Rect.Dx()); x++ {
				inside[y*g.Stride+x] = true
			}
		}
	}
	in, out := 0, 0
	for y := 0; y < g.Rect.Dy(); y += 2 {
		row := g.Pix[y*g.Stride:][:g.Rect.Dx()]
		for x := 1; x < len(row); x++ {
			if (row[x] < 128) != (row[x-1] < 128) {
				if inside[y*g.Stride+x] {
					in++
				} else {
					out++
				}
			}
		}
	}
	return in >= out
}
