package file

import (
	"context"
	"errors"
	"image"
	"io"
	"math"
	"os"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"ask4.com/skarga/scanner-import/pixel"
)

// How finely PDF pages are drawn, in dots an inch. A page that is one scanned
// picture is drawn in the picture's own resolution, so that pixels stay pixels.
const (
	pdfDPI     = 300
	pdfMinDPI  = 150
	pdfMaxDPI  = 400
	pdfTextDPI = 200      // where there is a text layer, the picture serves codes and eyes
	pdfPixels  = 40 << 20 // larger pages are drawn more coarsely
	pdfMaxKill = 3        // pages that may take too long before the file is given up
	pdfKept    = 32 << 20 // bytes of the file that may stay in the PDF reader's memory, which keeps each object it has read
)

// pdf is an open PDF.
type pdf struct {
	engine   *engine
	file     *os.File
	size     int64
	instance pdfium.Pdfium
	doc      references.FPDF_DOCUMENT
	pages    int
	drawn    int // pages since the document was loaded
	killed   int
}

func (o *Opener) openPDF(ctx context.Context, f *os.File, size int64) (File, error) {
	if len(o.command) > 0 {
		return openRemote(ctx, f, o.command, o.engine.timeout)
	}
	if err := o.engine.start(); err != nil {
		return nil, err
	}
	p := &pdf{engine: &o.engine, file: f, size: size}
	if err := p.open(ctx); err != nil {
		err = errors.Join(err, p.closeInstance())
		if d := new(Damage); errors.As(err, &d) && d.Code == "broken" {
			return o.rescuePDF(ctx, f, size, err)
		}
		return nil, err
	}
	if p.pages == 0 {
		return nil, errors.Join(damage("empty", "the PDF has no pages"), p.closeInstance())
	}
	if p.pages > maxPages {
		return nil, errors.Join(damage("too_large", "the PDF has %d pages; more than %d are not read at once", p.pages, maxPages), p.closeInstance())
	}
	return p, nil
}

// open loads the document afresh, into the instance that there is or into a new one.
func (p *pdf) open(ctx context.Context) (err error) {
	instance, loaded := p.instance, p.instance != nil
	if !loaded {
		if instance, err = p.engine.pool.GetInstanceWithContext(ctx); err != nil {
			return err
		}
	}
	p.instance, p.drawn = instance, 0
	killed, err := limited(ctx, instance, p.engine.timeout, func() error {
		if loaded {
			if _, err := instance.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: p.doc}); err != nil {
				return err
			}
		}
		doc, err := instance.OpenDocument(&requests.OpenDocument{FileReader: io.NewSectionReader(p.file, 0, p.size), FileReaderSize: p.size})
		if err != nil {
			return err
		}
		p.doc = doc.Document
		count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: p.doc})
		if err == nil {
			p.pages = count.PageCount
		}
		return err
	})
	if killed {
		p.instance = nil
	}
	var d *Damage
	switch {
	case err == nil || errors.As(err, &d):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, pdferrors.ErrPassword):
		return damage("encrypted", "the PDF asks for a password: save it without one and import it again, or type what it says")
	case errors.Is(err, pdferrors.ErrSecurity):
		return damage("encrypted", "the PDF is locked in a way that is not known: print it to another PDF and import that, or type what it says")
	}
	return damage("broken", "the PDF cannot be read: %s", firstLine(err))
}

// firstLine leaves out the stack of a broken instance.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func (p *pdf) closeInstance() error {
	if p.instance == nil {
		return nil
	}
	instance := p.instance
	p.instance = nil
	return instance.Close()
}

func (p *pdf) Pages() int { return p.pages }

func (p *pdf) Close() error { return errors.Join(p.closeInstance(), p.file.Close()) }

func (p *pdf) Page(ctx context.Context, n int) (page Page, err error) {
	if n < 1 || n > p.pages {
		return page, damage("broken", "there is no page %d", n)
	}
	if p.instance == nil && p.killed >= pdfMaxKill {
		return page, damage("slow", "the PDF took too long too often")
	}
	if p.drawn++; p.instance == nil || p.drawn > 1 && int64(p.drawn)*p.size/int64(p.pages) > pdfKept {
		if err := p.open(ctx); err != nil {
			return page, errors.Join(err, p.closeInstance())
		}
	}
	killed, err := limited(ctx, p.instance, p.engine.timeout, func() error { return p.page(n, &page) })
	if killed {
		p.instance = nil
		p.killed++
	}
	var d *Damage
	if err != nil && ctx.Err() == nil && !errors.As(err, &d) {
		// The instance may have run out of memory: the next page gets a fresh one.
		p.killed++
		_ = p.closeInstance()
		err = damage("broken", "the page cannot be drawn: %s", firstLine(err))
	}
	if err != nil && ctx.Err() == nil && page.Gray != nil { // it was drawn before that
		page.Damaged = append(page.Damaged, err.Error())
		return page, nil
	}
	return page, err
}

// page draws a page, reads its text layer, and looks whether all of it could be drawn.
func (p *pdf) page(n int, page *Page) error {
	loaded, err := p.instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.doc, Index: n - 1})
	if err != nil {
		if crashed(err) == nil {
			return damage("broken", "the page is not in the file: %s", firstLine(err))
		}
		return err
	}
	defer p.instance.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	of := requests.Page{ByReference: &loaded.Page}
	size, err := p.instance.GetPageSize(&requests.GetPageSize{Page: of})
	if err != nil {
		return err
	}
	if !(size.Width >= 1 && size.Height >= 1) || math.IsInf(size.Width, 0) || math.IsInf(size.Height, 0) {
		return damage("broken", "the page is %.1f by %.1f points", size.Width, size.Height)
	}
	seen, err := p.contents(loaded.Page, size.Width*size.Height)
	if err != nil {
		return err
	}
	if err := p.show(loaded.Page, &seen, size, page); err != nil {
		return err
	}
	return p.inspect(n, seen, page)
}

// show draws a page and gives it the words of its text layer, if that is a real one.
func (p *pdf) show(ref references.FPDF_PAGE, seen *contents, size *responses.GetPageSize, page *Page) error {
	of := requests.Page{ByReference: &ref}
	words, err := p.words(ref, size.Width, size.Height, *seen)
	if err != nil {
		return err
	}
	if words == nil && seen.covered() && seen.others == 1 && p.scanned(ref, seen, size, page) {
		return nil
	}
	dpi := seen.dpi()
	if words != nil && !seen.covered() {
		dpi = pdfTextDPI
	}
	if err := p.draw(of, dpi, size.Width, size.Height, page); err != nil {
		return err
	}
	if words == nil || explains(page.Gray, words, page.DPIX, *seen) {
		page.Words = words
		return nil
	}
	if dpi == pdfTextDPI {
		return p.draw(of, seen.dpi(), size.Width, size.Height, page)
	}
	return nil
}

// draw paints the page in grey.
func (p *pdf) draw(of requests.Page, dpi, width, height float64, page *Page) error {
	if most := math.Sqrt(pdfPixels/(width*height)) * 72; dpi > most {
		dpi = most
	}
	w, h := max(1, int(math.Round(width*dpi/72))), max(1, int(math.Round(height*dpi/72)))
	drawn, err := p.instance.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: of, Width: w, Height: h + 1, ImageFormat: requests.RenderImageFormatGrayscale,
		RenderForm: true, Document: &p.doc, RenderFlags: 1, // with annotations
	})
	if err != nil {
		return err
	}
	defer drawn.Cleanup()
	g, ok := drawn.Result.RenderedImage.(*image.Gray)
	if !ok {
		return errors.New("the page was not drawn in grey")
	}
	// The pixels lie in the reader's own memory until Cleanup.
	page.Gray = image.NewGray(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
	for y := range g.Rect.Dy() {
		copy(page.Gray.Pix[y*page.Gray.Stride:][:g.Rect.Dx()], g.Pix[y*g.Stride:])
	}
	page.DPIX = float64(g.Rect.Dx()) * 72 / width
	page.DPIY = float64(g.Rect.Dy()) * 72 / height
	return nil
}

// scanned takes the picture of a page that is nothing else, as the scanner made it:
// that is quicker than drawing the page, and no pixel is changed. It says false
// where the page has to be drawn after all.
func (p *pdf) scanned(ref references.FPDF_PAGE, c *contents, size *responses.GetPageSize, page *Page) bool {
	of := requests.Page{ByReference: &ref}
	notes, err := p.instance.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: of})
	if err != nil || notes.Count > 0 {
		return false
	}
	rotation, err := p.instance.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: of})
	if err != nil {
		return false
	}
	matrix, err := p.instance.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: c.picture})
	if err != nil {
		return false
	}
	width, height := size.Width, size.Height
	if rotation.PageRotation%2 == 1 {
		width, height = height, width
	}
	m := matrix.Matrix
	near := func(a float32, b float64) bool { return math.Abs(float64(a)-b) < 0.02*max(width, height) }
	if m.B != 0 || m.C != 0 || !near(m.A, width) || !near(m.D, height) || !near(m.E, 0) || !near(m.F, 0) {
		return false
	}
	pixels, err := p.instance.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: c.picture})
	if err != nil || checkSize(int(pixels.Width), int(pixels.Height), 5) != nil {
		return false
	}
	g := p.jpeg(c.picture, int(pixels.Width), int(pixels.Height))
	if g != nil {
		c.painted = nil // it is whole, and all there is
	} else {
		if g, err = p.picture(c.picture); err != nil {
			return false
		}
	}
	page.DPIX, page.DPIY = float64(g.Rect.Dx())*72/float64(m.A), float64(g.Rect.Dy())*72/float64(m.D)
	page.Gray = pixel.Turn(g, int(rotation.PageRotation)*90)
	if rotation.PageRotation%2 == 1 {
		page.DPIX, page.DPIY = page.DPIY, page.DPIX
	}
	return true
}

// picture gives the pixels of a picture in the file.
func (p *pdf) picture(object references.FPDF_PAGEOBJECT) (*image.Gray, error) {
	bitmap, err := p.instance.FPDFImageObj_GetBitmap(&requests.FPDFImageObj_GetBitmap{ImageObject: object})
	if err != nil {
		return nil, err
	}
	defer p.instance.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap.Bitmap})
	width, err := p.instance.FPDFBitmap_GetWidth(&requests.FPDFBitmap_GetWidth{Bitmap: bitmap.Bitmap})
	if err != nil {
		return nil, err
	}
	stride, err := p.instance.FPDFBitmap_GetStride(&requests.FPDFBitmap_GetStride{Bitmap: bitmap.Bitmap})
	if err != nil {
		return nil, err
	}
	format, err := p.instance.FPDFBitmap_GetFormat(&requests.FPDFBitmap_GetFormat{Bitmap: bitmap.Bitmap})
	if err != nil {
		return nil, err
	}
	buffer, err := p.instance.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap.Bitmap})
	if err != nil {
		return nil, err
	}
	per := map[enums.FPDF_BITMAP_FORMAT]int{enums.FPDF_BITMAP_FORMAT_GRAY: 1, enums.FPDF_BITMAP_FORMAT_BGR: 3, enums.FPDF_BITMAP_FORMAT_BGRX: 4}[format.Format]
	if per == 0 || stride.Stride < width.Width*per || width.Width == 0 {
		return nil, errors.New("the picture has a form that is not known")
	}
	g := image.NewGray(image.Rect(0, 0, width.Width, len(buffer.Buffer)/stride.Stride))
	for y := range g.Rect.Dy() {
		row, to := buffer.Buffer[y*stride.Stride:], g.Pix[y*g.Stride:][:width.Width]
		if per == 1 {
			copy(to, row)
			continue
		}
		for x := range to {
			to[x] = luma(row[x*per+2], row[x*per+1], row[x*per])
		}
	}
	return g, nil
}
