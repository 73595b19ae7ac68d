package file

import (
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"os"
	"strings"

	"github.com/go-pdf/fpdf"
)

// rescue draws of a damaged picture what can be drawn; what is not there is grey.
func (p *picture) rescue(ctx context.Context, c image.Config) (*image.Gray, error) {
	switch p.kind {
	case JPEG:
		return p.rescueJPEG(ctx, c)
	case PNG:
		return p.rescuePNG(c)
	}
	return nil, errors.New("it is cut off or damaged")
}

// rescueJPEG lets the PDF reader read a JPEG, as the only picture of a PDF: our decoder
// gives nothing of one that is cut off, the PDF reader all down to where it is.
func (p *picture) rescueJPEG(ctx context.Context, c image.Config) (*image.Gray, error) {
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
	return nameless(doc.Output)
}

// nameless makes a file that has no name any more, with what write puts into it.
func nameless(write func(io.Writer) error) (f *os.File, size int64, err error) {
	if f, err = os.CreateTemp("", "skarga-rescue-*"); err != nil {
		return nil, 0, err
	}
	if err = errors.Join(os.Remove(f.Name()), write(f)); err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}

// rescuePNG decodes a PNG whose data end too early as one in which nothing follows.
func (p *picture) rescuePNG(c image.Config) (*image.Gray, error) {
	head, data, err := p.chunks()
	if err != nil {
		return nil, err
	}
	depth, colour, laced := int(head[24]), head[25], head[28] != 0
	per := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth
	row := 1 + (c.Width*per+7)/8
	inflated, err := zlib.NewReader(data)
	if err != nil || laced { // of an interlaced one each row is in several places
		return nil, errors.New("nothing of it is left")
	}
	there := &rowsOf{from: inflated, row: row}
	whole, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := to.Write(head)
		packed := zlib.NewWriter(chunked{to})
		if err == nil {
			_, err = io.CopyN(packed, io.MultiReader(there, zeros{}), int64(row)*int64(c.Height))
		}
		if err = errors.Join(err, packed.Close()); err == nil {
			_, err = to.Write(chunk("IEND", nil))
		}
		to.CloseWithError(err)
	}()
	img, err := png.Decode(whole)
	_ = whole.Close() // the other end stops
	<-done
	rows := there.n / row
	if err != nil || rows == 0 {
		return nil, errors.New("nothing of it is left")
	}
	g := Gray(img)
	for y := rows; y < c.Height; y++ {
		for x := range g.Pix[y*g.Stride:][:c.Width] {
			g.Pix[y*g.Stride+x] = 128
		}
	}
	return g, nil
}

// chunks gives a PNG up to its data, and the data of it one after the other, whatever their
// checksums say (PNG section 5).
func (p *picture) chunks() (head []byte, data io.Reader, err error) {
	const most = 1 << 20 // of what stands before the data
	var parts []io.Reader
	for at := int64(8); at < p.size; {
		var h [8]byte
		if _, err := p.file.ReadAt(h[:], at); err != nil {
			break // it is cut off here
		}
		n := int64(binary.BigEndian.Uint32(h[:4]))
		switch string(h[4:]) {
		case "IEND":
			at = p.size
		case "IDAT":
			if head == nil {
				head = make([]byte, min(at, most))
				if _, err := p.file.ReadAt(head, 0); err != nil {
					return nil, nil, err
				}
			}
			parts = append(parts, io.NewSectionReader(p.file, at+8, n))
		}
		at += n + 12
	}
	if len(head) < 33 || len(head) == most {
		return nil, nil, errors.New("nothing of it is left")
	}
	return head, io.MultiReader(parts...), nil
}

// rowsOf reads the rows of a PNG as far as they can be: to an error, or to one that begins
// with no known filter (PNG section 9.2).
type rowsOf struct {
	from io.Reader
	row  int // bytes
	n    int // bytes so far
}

func (r *rowsOf) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	for i := (r.row - r.n%r.row) % r.row; i < n; i += r.row {
		if b[i] > 4 {
			r.from, n = strings.NewReader(""), i
		}
	}
	r.n += n
	if err != nil || n == 0 {
		err = io.EOF
	}
	return n, err
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// chunked writes each piece as a chunk of data of a PNG.
type chunked struct{ to io.Writer }

func (c chunked) Write(b []byte) (int, error) {
	if _, err := c.to.Write(chunk("IDAT", b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// chunk is one chunk of a PNG.
func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}
