package file_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"ask4.com/skarga/internal/testscan"
)

// jpx is a square in JPEG 2000 (ISO 15444-1), 40 by 40.
const jpx = "/0//UQApAAAAAAAoAAAAKAAAAAAAAAAAAAAAKAAAACgAAAAAAAAAAAABBwEB/1IADAAAAAEAAgQEAAH/XAAKQEBISFBISFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjD/kAAKAAAAAAD0AAH/k9+CSBum1+ewoqG6ubmQZ4vcZWMGmOgAASrpA1SwMlfxHesAND61fV8eTbnQOVWzjPqaSsRYUGK/K1p2Rmgwy4bbQmQsTbv3nc82yDXH2jkfaOQfUJAfpUGHy5TnEo8JeoPzGvH28nahljJE9UeivgbvIuGh2GPEDuOyXug5h7zPAqUcFTPTTKMtJ/WR5B3FGq+ZjGTaQnJ7t4495xbdn8/Ajn4CUPtCQIRk4gRvmi4LPnwlT09xsL2u4KVF0t1/16IXYA77lW6rxaWthiDA5ySzFMi83xntvCw5Z/9/g9JQjGf3K4jv/9k="

// deflated is data as FlateDecode has it.
func deflated(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fax is a picture of up to 64 rows as CCITTFaxDecode has it (ITU-T T.6).
func fax(t *testing.T, g *image.Gray) []byte {
	t.Helper()
	const start = 8
	b := testscan.TIFF(testscan.TIFFPage{Gray: g, Compression: testscan.TIFFG4, DPIX: 60, DPIY: 60})
	dir := binary.LittleEndian.Uint32(b[4:])
	return b[start:dir]
}

// segment is one of JBIG2 data (ITU-T T.88 section 7.2).
func segment(number int, kind byte, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(number))
	b = append(b, kind, 0, 1)
	return append(binary.BigEndian.AppendUint32(b, uint32(len(data))), data...)
}

// picturePDF is a page that is one picture.
func picturePDF(dict string, data []byte, content string) []byte {
	picture := stream("/Type /XObject /Subtype /Image "+dict, string(data))
	return rawPDF(catalog, pages, fmt.Sprintf(pdfPage, "595 842"), stream("", content), picture)
}

// TestAPageThatCannotBeDrawnToItsEndIsDamaged has each form of picture that scanners put
// into PDFs, whole, cut off, and as rubbish.
func TestAPageThatCannotBeDrawnToItsEndIsDamaged(t *testing.T) {
	t.Parallel()
	const w, h = 96, 64
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix { // dark and light, with little order
		g.Pix[i] = uint8(int8(i*i*7919>>5&0x80) >> 7)
	}
	bits := make([]byte, w/8*h)
	for i, v := range g.Pix {
		bits[i/8] |= v & 1 << (7 - i%8)
	}
	var scanned bytes.Buffer
	if err := jpeg.Encode(&scanned, g, nil); err != nil {
		t.Fatal(err)
	}
	square, err := base64.StdEncoding.DecodeString(jpx)
	if err != nil {
		t.Fatal(err)
	}
	page := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	region := append(append(bytes.Clone(page), make([]byte, 9)...), 1) // at 0, 0; as in T.6
	jbig2 := append(segment(0, 48, append(bytes.Clone(page), make([]byte, 11)...)), segment(1, 38, append(region, fax(t, g)...))...)
	size := fmt.Sprintf("/Width %d /Height %d ", w, h)
	const shown = "595 0 0 842 0 0 cm /F Do"
	for name, c := range map[string]struct {
		dict string
		data []byte
	}{
		"JPEG":        {size + "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", scanned.Bytes()},
		"flate":       {size + "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", deflated(t, g.Pix)},
		"flate, bits": {size + "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode", deflated(t, bits)},
		"flate, JPEG": {size + "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/FlateDecode /DCTDecode]", deflated(t, scanned.Bytes())},
		"plain":       {size + "/ColorSpace /DeviceGray /BitsPerComponent 8", g.Pix},
		"fax":         {size + fmt.Sprintf("/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d >>", w, h), fax(t, g)},
		"JBIG2":       {size + "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", jbig2},
		"JPEG 2000":   {"/Width 40 /Height 40 /Filter /JPXDecode", square},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := opener(t)
			if got := damageOf(t, o, "whole.pdf", picturePDF(c.dict, c.data, shown)); got != "" {
				t.Errorf("whole: %q", got)
			}
			rubbish := bytes.Repeat([]byte{0x9c, 0x47, 0x03, 0xfe, 0x51}, 30)
			for what, data := range map[string][]byte{"cut": c.data[:len(c.data)*2/5], "rubbish": rubbish, "nothing": nil} {
				if got := damageOf(t, o, "hurt.pdf", picturePDF(c.dict, data, shown)); !strings.HasPrefix(got, "broken: ") {
					t.Errorf("%s: %q, want that it is broken", what, got)
				}
			}
		})
	}
	whole := picturePDF(size+"/ColorSpace /DeviceGray /BitsPerComponent 8", g.Pix, shown)
	gone := func(from, to string) []byte { return bytes.Replace(whole, []byte(from), []byte(to), 1) }
	inForm := func(data []byte) []byte {
		return rawPDF(catalog, pages, fmt.Sprintf(pdfPage, "595 842"), stream("", "595 0 0 842 0 0 cm /F Do"),
			stream("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /G 6 0 R >> >>", "/G Do"),
			stream("/Type /XObject /Subtype /Image "+size+"/ColorSpace /DeviceGray /BitsPerComponent 8", string(data)))
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a filter that nobody knows":  {picturePDF(size+"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /NewDecode", g.Pix, shown), "broken: "},
		"the picture is not there":    {gone("/F 5 0 R", "/F 9 0 R"), "broken: "},
		"by another name":             {gone("/F Do", "/X Do"), "broken: "},
		"the contents are not there":  {gone("/Contents 4 0 R", "/Contents 9 0 R"), "broken: "},
		"the page is not there":       {gone("/Kids [3 0 R]", "/Kids [9 0 R]"), "broken: "},
		"in a part of the page":       {inForm(g.Pix[:len(g.Pix)*2/5]), "broken: "},
		"in a part of the page, well": {inForm(g.Pix), ""},
		"an empty page":               {rawPDF(catalog, pages, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", stream("", "q Q")), ""},
		"an empty page among others":  {gone(stream("", shown), stream("", "2 J 0.57 w")), ""},
		"a page without contents":     {rawPDF(catalog, pages, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"), ""},
	} {
		if got := damageOf(t, opener(t), "page.pdf", c.data); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestAJPEGWithoutItsEndMarkIsWhole has files that lack the mark and nothing else.
func TestAJPEGWithoutItsEndMarkIsWhole(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, g, nil); err != nil {
		t.Fatal(err)
	}
	unended := bytes.TrimSuffix(b.Bytes(), []byte{0xff, 0xd9})
	size := fmt.Sprintf("/Width %d /Height %d ", g.Rect.Dx(), g.Rect.Dy())
	for name, data := range map[string][]byte{
		"page.jpg": unended,
		"page.pdf": picturePDF(size+"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", unended, "595 0 0 842 0 0 cm /F Do"),
	} {
		if got := damageOf(t, opener(t), name, data); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
