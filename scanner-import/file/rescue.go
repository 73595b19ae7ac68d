package file

import (
	"context"
	"errors"
	"image"
	"io"
	"os"

	"github.com/go-pdf/fpdf"
)

// rescue draws of a JPEG what can be drawn: our decoder gives nothing of one that is cut
// off, the PDF reader all down to where it is. So that one reads it, as the only picture
// of a PDF. What is not there is grey.
func (p *picture) rescue(ctx context.Context, c image.Config) (*image.Gray, error) {
	pdf, size, err := p.asPDF(c)
	if err != nil {
		return nil, err
	}
	opened, err := p.opener.openPDF(ctx, pdf, size)
	if err != nil {
		return nil, errors.Join(err, pdf.Close())
	}
	page, err := opened.Page(ctx, 1)
	return page.Gray, errors.Join(err, opened.Close())
}

// asPDF writes a PDF of one page with the picture, into a file that has no name any more.
func (p *picture) asPDF(c image.Config) (_ *os.File, size int64, err error) {
	w, h := float64(c.Width), float64(c.Height)
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: w, Ht: h}})
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	kind := fpdf.ImageOptions{ImageType: "JPEG"}
	doc.RegisterImageOptionsReader("scan", kind, io.NewSectionReader(p.file, 0, p.size))
	doc.ImageOptions("scan", 0, 0, w, h, false, kind, 0, "")
	f, err := os.CreateTemp("", "skarga-jpeg-*")
	if err != nil {
		return nil, 0, err
	}
	if err = errors.Join(os.Remove(f.Name()), doc.Output(f)); err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}
