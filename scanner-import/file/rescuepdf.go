package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// rescueSize is how large a PDF may be that is searched for its pages.
const rescueSize = 128 << 20

// Objects of a PDF (ISO 32000-1 section 7.3.10) and what says that one is a page, and which
// object should list it.
var (
	pdfObject = regexp.MustCompile(`(?:^|[\r\n ])(\d{1,9}) +\d{1,5} +obj\b`)
	pdfIsPage = regexp.MustCompile(`/Type\s*/Page\b`)
	pdfParent = regexp.MustCompile(`/Parent\s+(\d{1,9})\s+\d+\s+R`)
)

// rescuePDF opens a PDF that was cut off before what lists its pages: a list is written
// behind those that are there. Where there are none it gives the error that it was given.
func (o *Opener) rescuePDF(ctx context.Context, f *os.File, size int64, broken error) (File, error) {
	if size > rescueSize {
		return nil, broken
	}
	data, err := io.ReadAll(io.NewSectionReader(f, 0, size))
	if err != nil {
		return nil, err
	}
	list := pageList(data)
	if list == "" {
		return nil, broken
	}
	whole, size, err := nameless(func(w io.Writer) error {
		_, err := io.Copy(w, io.MultiReader(bytes.NewReader(data), strings.NewReader(list)))
		return err
	})
	if err != nil {
		return nil, err
	}
	p := &pdf{engine: &o.engine, file: whole, size: size}
	switch err := p.open(ctx); {
	case err != nil && ctx.Err() != nil:
		return nil, errors.Join(err, p.Close())
	case err != nil || p.pages == 0:
		return nil, errors.Join(broken, p.Close())
	}
	return &cutPDF{File: p, whole: f}, nil
}

// pageList writes the objects that list the pages of a PDF, "" where there are none or the
// file has a list.
func pageList(data []byte) string {
	var kids []string
	defined, parent, last := map[string]bool{}, "", 0
	found := pdfObject.FindAllSubmatchIndex(data, -1)
	for i, at := range found {
		number, end := string(data[at[2]:at[3]]), len(data)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		object := data[at[1]:end]
		if stream := bytes.Index(object, []byte("stream")); stream >= 0 {
			object = object[:stream]
		}
		defined[number] = true
		var n int
		_, _ = fmt.Sscan(number, &n) // digits
		last = max(last, n)
		if bytes.Contains(object, []byte("endobj")) && pdfIsPage.Match(object) && len(kids) < maxPages {
			kids = append(kids, number+" 0 R")
			if of := pdfParent.FindSubmatch(object); of != nil && parent == "" {
				parent = string(of[1])
			}
		}
	}
	if len(kids) == 0 {
		return ""
	}
	if parent == "" || defined[parent] {
		last++
		parent = fmt.Sprint(last)
	}
	return fmt.Sprintf("\nendstream\nendobj\n%s 0 obj\n<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595.28 841.89] >>\nendobj\n"+
		"%d 0 obj\n<< /Type /Catalog /Pages %s 0 R >>\nendobj\ntrailer\n<< /Root %d 0 R /Size %d >>\n%%%%EOF\n", parent, strings.Join(kids, " "), len(kids), last+1, parent, last+1, last+2)
}

// cutPDF is a PDF of which the end is missing.
type cutPDF struct {
	File
	whole *os.File
}

func (c *cutPDF) Close() error { return errors.Join(c.File.Close(), c.whole.Close()) }

func (c *cutPDF) Page(ctx context.Context, n int) (Page, error) {
	p, err := c.File.Page(ctx, n)
	p.Damaged = append(p.Damaged, "broken: the PDF is cut off: there may be more pages than are here")
	return p, err
}
