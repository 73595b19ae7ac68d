package file

import (
	"context"
	"errors"
	"image"
	"io"
	"math"
	"os"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
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
)

// pdf is an open PDF.
type pdf struct {
	engine   *engine
	file     *os.File
	size     int64
	instance pdfium.Pdfium
	doc      references.FPDF_DOCUMENT
	pages    int
	killed   int
}

func (o *Opener) openPDF(ctx context.Context, f *os.File, size int64) (File, error) {
	if err := o.engine.start(); err != nil {
		return nil, err
	}
	p := &pdf{engine: &o.engine, file: f, size: size}
	if err := p.open(ctx); err != nil {
		return nil, errors.Join(err, p.closeInstance())
	}
	if p.pages == 0 {
		return nil, errors.Join(damage("empty", "the PDF has no pages"), p.closeInstance())
	}
	if p.pages > maxPages {
		return nil, errors.Join(damage("too_large", "the PDF has %d pages; more than %d are not read at once", p.pages, maxPages), p.closeInstance())
	}
	return p, nil
}

// open loads the document into a fresh instance.
func (p *pdf) open(ctx context.Context) error {
	instance, err := p.engine.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return err
	}
	p.instance = instance
	killed, err := limited(ctx, instance, pdfOpenTime, func() error {
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
		return damage("encrypted", "the PDF asks for a password")
	case errors.Is(err, pdferrors.ErrSecurity):
		return damage("encrypted", "the PDF is locked in a way that is not known")
	}
	return damage("broken", "the PDF cannot be read: %v", err)
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
	if p.instance == nil {
		if p.killed >= pdfMaxKill {
			return page, damage("slow", "the PDF took too long too often")
		}
		if err := p.open(ctx); err != nil {
			return page, err
		}
	}
	killed, err := limited(ctx, p.instance, pdfPageTime, func() error { return p.page(n, &page) })
	if killed {
		p.instance = nil
		p.killed++
		if ctx.Err() != nil {
			return Page{}, ctx.Err()
		}
	}
	var d *Damage
	if err != nil && !errors.As(err, &d) {
		err = damage("broken", "the page cannot be drawn: %v", err)
	}
	return page, err
}

// page draws a page and reads its text layer.
func (p *pdf) page(n int, page *Page) error {
	loaded, err := p.instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.doc, Index: n - 1})
	if err != nil {
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
	words, err := p.words(loaded.Page, size.Width, size.Height, seen)
	if err != nil {
		return err
	}
	dpi := seen.dpi()
	if words != nil && !seen.covered() {
		dpi = pdfTextDPI
	}
	if err := p.draw(of, dpi, size.Width, size.Height, page); err != nil {
		return err
	}
	if words == nil || explains(page.Gray, words, page.DPIX, seen) {
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
