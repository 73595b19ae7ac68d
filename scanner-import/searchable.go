package scannerimport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/goregular"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/pixel"
)

// How the pictures of a searchable copy are kept: fine enough to read on a screen
// and to print, while the original stays untouched beside it.
const (
	copyDPI     = 220
	copyQuality = 55 // of JPEG
)

// CopyPage is a page of a searchable copy with the path of the file that it stands in.
type CopyPage struct {
	Page
	Path string
}

// WriteSearchable writes pages as a PDF for staff: the pages as they are shown, and
// their words, which cannot be seen, in the places of their pictures. Pages that cannot
// be drawn are left out of the pictures, not of the copy. The order of the pictures in
// the file may differ from one copy to the next (fpdf sorts them by width).
func (r *Reader) WriteSearchable(ctx context.Context, pages []CopyPage, title string, language complaint.Language, w io.Writer) (err error) {
	const mm = 100.0 // hundredths
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCreationDate(time.Unix(0, 0).UTC())
	pdf.SetModificationDate(time.Unix(0, 0).UTC())
	pdf.SetTitle(title, true)
	if language != complaint.Both {
		pdf.SetLang(string(language))
	}
	pdf.AddUTF8FontFromBytes("text", "", goregular.TTF)
	files := openFiles{}
	defer func() { err = errors.Join(err, files.Close()) }()
	for i, p := range pages {
		f, err := files.open(ctx, r, p.Path)
		if err != nil {
			return err
		}
		width, height := float64(max(p.Width, 1))/mm, float64(max(p.Height, 1))/mm
		pdf.AddPageFormat("P", fpdf.SizeType{Wd: width, Ht: height})
		writeWords(pdf, p.Page)
		g, dpi, err := pageImage(ctx, f, p.Page)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue // its words, if any, are all there is
		}
		if err := addPicture(pdf, fmt.Sprint(i), g, dpi, width, height); err != nil {
			return err
		}
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("scannerimport: searchable copy: %w", err)
	}
	return nil
}

// invisible is the rendering mode of text that is neither filled nor stroked (ISO
// 32000, table 106).
const invisible = 3

// writeWords writes each word as wide as it is on the page.
func writeWords(pdf *fpdf.Fpdf, p Page) {
	const hundredth = 0.01
	pdf.SetFont("text", "", 10)
	pdf.SetTextRenderingMode(invisible)
	for _, word := range p.Words {
		unit := pdf.GetStringWidth(word.Text) / 10 // at a size of 1 point
		if unit <= 0 {
			continue
		}
		x, y, w, h := float64(word.Box[0])*hundredth, float64(word.Box[1])*hundredth, float64(word.Box[2])*hundredth, float64(word.Box[3])*hundredth
		points := min(max(w/unit, 2), 3*h/0.3528+2)
		pdf.SetFontSize(points)
		pdf.Text(x, y+h*0.8, word.Text+" ")
		pdf.SetFontSize(10)
	}
	pdf.SetTextRenderingMode(0)
}

// addPicture lays the picture of a page over it: black and white ones without loss.
func addPicture(pdf *fpdf.Fpdf, name string, g *image.Gray, dpi, width, height float64) error {
	var b bytes.Buffer
	kind := "PNG"
	if bilevel := blackAndWhite(g); bilevel != nil {
		if err := png.Encode(&b, bilevel); err != nil {
			return fmt.Errorf("scannerimport: picture of page %s: %w", name, err)
		}
	} else {
		kind = "JPG"
		if dpi > copyDPI*1.2 {
			by := copyDPI / dpi
			g = pixel.Resize(g, int(float64(g.Rect.Dx())*by), int(float64(g.Rect.Dy())*by))
		}
		if err := jpeg.Encode(&b, g, &jpeg.Options{Quality: copyQuality}); err != nil {
			return fmt.Errorf("scannerimport: picture of page %s: %w", name, err)
		}
	}
	options := fpdf.ImageOptions{ImageType: kind}
	pdf.RegisterImageOptionsReader(name, options, &b)
	pdf.ImageOptions(name, 0, 0, width, height, false, options, 0, "")
	return pdf.Error()
}

// blackAndWhite gives a picture with one bit a pixel, or nil if it has shades.
func blackAndWhite(g *image.Gray) *image.Paletted {
	shades := 0
	for _, v := range g.Pix {
		if v > 8 && v < 247 {
			if shades++; shades > len(g.Pix)/200 {
				return nil
			}
		}
	}
	out := image.NewPaletted(g.Rect, color.Palette{color.Gray{0}, color.Gray{255}})
	for y := range g.Rect.Dy() {
		for x, v := range g.Pix[y*g.Stride:][:g.Rect.Dx()] {
			out.Pix[y*out.Stride+x] = v >> 7
		}
	}
	return out
}
