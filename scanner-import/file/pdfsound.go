package file

import (
	"bytes"
	"compress/zlib"
	"errors"
	"image/jpeg"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
	"golang.org/x/image/ccitt"
)

// The PDF reader leaves white what it cannot decode, and tells nobody. So the data of
// each picture is looked at here: a page whose picture is not there, or not all of it,
// must not pass for an empty one.

// painted is a picture on a page.
type painted struct {
	object references.FPDF_PAGEOBJECT
	meta   structs.FPDF_IMAGEOBJ_METADATA
}

// Bounds of what is looked at: smaller pictures hold no writing, and more are no scan.
const (
	leastShare  = 0.002 // of the page
	mostPainted = 500
)

// inspect notes what is wrong with the pictures of page n, or that it names some that
// are not there.
func (p *pdf) inspect(n int, c contents, page *Page) error {
	found := map[string]bool{}
	for _, one := range c.painted {
		wrong, err := p.wrong(one)
		if err != nil {
			return err
		}
		if wrong != "" && !found[wrong] {
			found[wrong] = true
			page.Damaged = append(page.Damaged, wrong)
		}
	}
	if c.objects > 0 {
		return nil
	}
	missing, err := p.missing(n)
	if missing {
		page.Damaged = append(page.Damaged, "broken: nothing can be drawn of the page, and there should be something on it")
	}
	return err
}

// wrong says what is wrong with the data of a picture; empty if it is whole. Errors are
// of the PDF reader, which has to be started afresh after them.
func (p *pdf) wrong(one painted) (string, error) {
	const broken = "broken: a picture on the page cannot be decoded"
	w, h := int(one.meta.Width), int(one.meta.Height)
	if err := checkSize(w, h, 1); err != nil {
		return err.Error(), nil
	}
	if one.meta.BitsPerPixel == 0 {
		return broken, nil
	}
	filters, err := p.filters(one.object)
	if err != nil {
		return "", err
	}
	raw, codec := false, ""
	if len(filters) > 0 {
		codec = filters[len(filters)-1]
		raw = len(filters) == 1 && codec == "FlateDecode" // its end tells more than its length
	}
	data, err := p.data(one.object, raw)
	if err != nil {
		return "", err
	}
	if codec == "JBIG2Decode" { // its pixels are decoded as late as they are wanted
		if _, err := p.picture(one.object); err != nil {
			return broken, nil
		}
	}
	if whole(codec, raw, data, w, h, int(one.meta.BitsPerPixel)) {
		return "", nil
	}
	return "broken: a picture on the page is cut off or damaged", nil
}

// filters lists what the data of a picture has gone through, by their long names.
func (p *pdf) filters(object references.FPDF_PAGEOBJECT) (list []string, err error) {
	count, err := p.instance.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: object})
	if err != nil {
		return nil, err
	}
	for i := range min(count.Count, 10) {
		f, err := p.instance.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: object, Index: i})
		if err != nil {
			return nil, err
		}
		name := f.ImageFilter
		if long, short := shortFilters[name]; short {
			name = long
		}
		list = append(list, name)
	}
	return list, nil
}

// shortFilters are the names in pictures that stand between the operators of a page (ISO
// 32000, table 92).
var shortFilters = map[string]string{"DCT": "DCTDecode", "CCF": "CCITTFaxDecode", "Fl": "FlateDecode", "LZW": "LZWDecode", "RL": "RunLengthDecode"}

// data gives the bytes of a picture, raw or after those filters that are not of pictures
// only; nil where there are none.
func (p *pdf) data(object references.FPDF_PAGEOBJECT, raw bool) ([]byte, error) {
	if raw {
		got, err := p.instance.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: object})
		if err != nil {
			return nil, crashed(err)
		}
		return got.Data, nil
	}
	got, err := p.instance.FPDFImageObj_GetImageDataDecoded(&requests.FPDFImageObj_GetImageDataDecoded{ImageObject: object})
	if err != nil {
		return nil, crashed(err)
	}
	return got.Data, nil
}

// crashed keeps an error that the PDF reader did not survive, and drops one by which it
// says no.
func crashed(err error) error {
	if err != nil && strings.Contains(err.Error(), "wasm") {
		return err
	}
	return nil
}

// whole says whether the data of a picture goes to its end. What only the PDF reader
// knows to decode is believed.
func whole(codec string, raw bool, data []byte, w, h, bits int) bool {
	switch codec {
	case "DCTDecode":
		read := func() io.Reader { return bytes.NewReader(data) }
		config, err := jpeg.DecodeConfig(read())
		if err == nil {
			if err = checkSize(config.Width, config.Height, bytesPerPixel(config.ColorModel, true)); err == nil {
				_, err = decodeJPEG(read)
			}
		}
		return err == nil || errors.As(err, new(jpeg.UnsupportedError))
	case "CCITTFaxDecode":
		return wholeFax(data, w, h)
	case "JBIG2Decode":
		return wholeJBIG2(data)
	case "JPXDecode":
		// Behind the first SOD no two bytes are above FF8F but markers (ISO 15444-1, A.3).
		start := bytes.Index(data, []byte{0xff, 0x93})
		return start > 0 && bytes.Contains(data[start:], []byte{0xff, 0xd9})
	}
	n := int64(len(data))
	if raw {
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return false
		}
		if n, err = io.Copy(io.Discard, io.LimitReader(z, maxBytes)); err == nil {
			return n > 0
		} else if !errors.Is(err, io.ErrUnexpectedEOF) {
			return false
		}
	}
	return enough(n, w, h, bits)
}

// enough says whether so many bytes hold all rows of a picture. bits is what a pixel
// takes after decoding; it may take another number before.
func enough(n int64, w, h, bits int) bool {
	size := func(bits int) int64 { return int64((w*bits+7)/8) * int64(h) }
	if n >= size(bits) {
		return true
	}
	for _, fewer := range []int{2, 3, 4, 6, 12, 16} { // a palette, 16 bits of grey, 4 bits a colour
		if fewer < bits && n >= size(fewer) && n <= size(fewer)+64 {
			return true
		}
	}
	return false
}

// wholeFax says whether fax data has all its rows (ITU-T T.4 and T.6), which the file
// says elsewhere how to read.
func wholeFax(data []byte, w, h int) bool {
	for _, form := range []ccitt.SubFormat{ccitt.Group4, ccitt.Group3} {
		for _, align := range []bool{false, true} {
			r := ccitt.NewReader(bytes.NewReader(data), ccitt.MSB, form, w, h, &ccitt.Options{Align: align})
			if n, _ := io.Copy(io.Discard, r); n == int64((w+7)/8)*int64(h) { // what follows them is not wanted
				return true
			}
		}
	}
	// Rows of two dimensions are not decoded here, but each ends in a mark: eleven
	// zeros and a one.
	zeros, rows := 0, 0
	for _, b := range data {
		for bit := 7; bit >= 0; bit-- {
			if b>>bit&1 == 0 {
				zeros++
				continue
			}
			if zeros >= 11 {
				rows++
			}
			zeros = 0
		}
	}
	return rows >= h
}

// wholeJBIG2 says whether the segments of JBIG2 data all end within it, and one of them
// draws something (ITU-T T.88 section 7.2).
func wholeJBIG2(data []byte) bool {
	draws := false
	for len(data) > 0 {
		at := 6 // behind number, flags, and the count of segments referred to
		if len(data) < at {
			return strings.Trim(string(data), "\x00\r\n") == ""
		}
		number := be(data[:4])
		kind, refers := data[4]&0x3f, int(data[5]>>5)
		if refers == 7 {
			if len(data) < 9 {
				return false
			}
			refers = be(data[5:9]) & 0x1fffffff
			at = 9 + (refers+8)/8
		}
		each := 4
		switch {
		case number <= 256:
			each = 1
		case number <= 65536:
			each = 2
		}
		at += refers*each + 1
		if data[4]&0x40 != 0 {
			at += 3
		}
		if refers > len(data) || at+4 > len(data) {
			return false
		}
		length := be(data[at : at+4])
		draws = draws || kind >= 4 && kind <= 7 || kind >= 20 && kind <= 43
		if at += 4; length == 0xffffffff { // known at its end only
			return draws
		}
		if length > len(data)-at {
			return false
		}
		data = data[at+length:]
	}
	return draws
}

// be reads a number, the highest byte first.
func be(b []byte) (n int) {
	for _, v := range b {
		n = n<<8 | int(v)
	}
	return n
}

// missing says of a page on which nothing is drawn that there is, or was, a picture for
// it. The page is copied out alone: then what it names and holds can be looked at.
func (p *pdf) missing(n int) (bool, error) {
	made, err := p.instance.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
	if err != nil {
		return false, err
	}
	defer p.instance.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: made.Document})
	if _, err := p.instance.FPDF_ImportPagesByIndex(&requests.FPDF_ImportPagesByIndex{Source: p.doc, Destination: made.Document, PageIndices: []int{n - 1}}); err != nil {
		return crashed(err) == nil, crashed(err)
	}
	saved, err := p.instance.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: made.Document})
	if err != nil || saved.FileBytes == nil {
		return crashed(err) == nil, crashed(err)
	}
	return namesPicture(*saved.FileBytes), nil
}

// contentDict is what stands before the bytes of a stream that is nothing but operators.
var contentDict = regexp.MustCompile(`<<\s*(/Filter\s*/FlateDecode\s*)?/Length \d+\s*>>$`)

// namesPicture says whether what is drawn on the only page of a file asks for a picture,
// or nothing is drawn and there is one. Pictures of other pages may stand beside it.
func namesPicture(file []byte) bool {
	var operators [][]byte
	pictures := false
	for {
		before, rest, ok := bytes.Cut(file, []byte("stream\r\n"))
		if !ok {
			return pictures && len(operators) == 0
		}
		file = rest
		pictures = pictures || bytes.Contains(before[max(bytes.LastIndex(before, []byte(" obj")), 0):], []byte("/Subtype/Image"))
		if !contentDict.Match(before) {
			continue
		}
		text, _, _ := bytes.Cut(rest, []byte("endstream"))
		if z, err := zlib.NewReader(bytes.NewReader(rest)); err == nil {
			text, _ = io.ReadAll(io.LimitReader(z, 1<<20)) // as much as can be read
		}
		operators = append(operators, bytes.Fields(text)...)
		if slices.ContainsFunc(operators, func(o []byte) bool { return string(o) == "Do" || string(o) == "BI" }) {
			return true
		}
	}
}
