package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// packed is the example of MS-OXRTFCP section 4.1.1.
const packed = "-\x00\x00\x00+\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\n\x00rcpg125B2\n\xf3 hel\t\x00 bw\x05\xb0ld}\n\x80\x0f\xa0"

// winmail is a winmail.dat of these attributes.
func winmail(attributes ...string) string {
	return tnefSignature + "\x01\x00" + strings.Join(attributes, "")
}

func att(level byte, id uint32, data string) string {
	b := binary.LittleEndian.AppendUint32([]byte{level}, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	sum := uint16(0)
	for _, c := range []byte(data) {
		sum += uint16(c)
	}
	return string(binary.LittleEndian.AppendUint16(append(b, data...), sum))
}

// props is what an attribute of properties holds.
func props(list ...string) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(len(list)))) + strings.Join(list, "")
}

func prop(id, kind uint16, data string) string {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	if id >= 0x8000 { // one that has a name
		b = append(b, make([]byte, 16)...)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, 6)
		b = append(b, "a\x00b\x00\x00\x00\x00\x00"...)
	}
	if valueSizes[kind] == 0 {
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	}
	return string(b) + data + strings.Repeat("\x00", -len(data)&3)
}

func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// rtfBody is RTF as it stands in a message, not compressed.
func rtfBody(text string) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(text)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return prop(tagRTF, typeBinary, string(b)+"MELA\x00\x00\x00\x00"+text)
}

// inMail sends a winmail.dat with a text beside it.
func inMail(text, dat string) *Message {
	raw := "From: a@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + text +
		"\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte(dat)) + "\n--b--\n"
	return Read(strings.NewReader(raw), -1, Options{})
}

// TestWinmailBody: Outlook may put all words into winmail.dat, in one of three forms.
func TestWinmailBody(t *testing.T) {
	t.Parallel()
	message := func(list ...string) string { return winmail(att(1, attMsgProps, props(list...))) }
	for name, c := range map[string]struct{ text, dat, want string }{
		"another text":        {"Words of the mail.", message(prop(tagBody, typeUnicode, wide("Others"))), "Words of the mail."},
		"plain":               {"", winmail(att(1, attOEMCodepage, "\xe2\x04\x00\x00\x00\x00\x00\x00"), att(1, attBody, "\xb3\xb9cze\r\nstoi\x00")), "łącze\nstoi"},
		"unicode":             {"", message(prop(tagBody, typeUnicode, wide("Łącze"))), "Łącze"},
		"behind named ones":   {"", message(prop(0x8001, typeUnicode, wide("x")), prop(0x0017, 0x03, "abcd"), prop(tagBody, typeString8, "line")), "line"},
		"html":                {"", message(prop(tagInternetCPID, 0x03, "\xe2\x04\x00\x00"), prop(tagHTML, typeBinary, "<p>\xb3\xb9cze</p>")), "łącze"},
		"rtf, compressed":     {"", message(prop(tagRTF, typeBinary, packed)), "hello world"},
		"rtf":                 {"", message(rtfBody(`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}}{\colortbl;\red0;}\f0 Caf\'e9 \f1\'b3\'b9cze\par{\*\generator Old;}\uc1\u-3900?\u322 l\{x\}\tab y}`)), "Café łącze\n\uf0c4ł{x}\ty"},
		"html wrapped in rtf": {"", message(rtfBody(`{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Down since Friday{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0 {\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 Emily}`)), "Down since Friday\n\u00a0Emily"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := inMail(c.text, c.dat)
			if m.Text != c.want || len(m.Damaged) > 0 {
				t.Errorf("got %q %v, want %q", m.Text, m.Damaged, c.want)
			}
			for n := range len(c.dat) { // cut off anywhere
				checkMessage(t, inMail(c.text, c.dat[:n]))
			}
		})
	}
}

// TestWinmailFiles: what was attached stands inside, and comes out byte for byte.
func TestWinmailFiles(t *testing.T) {
	t.Parallel()
	bill, photo := strings.Repeat("bill ", 30_000), "\x89PNG\r\n"
	inner := winmail(att(2, attAttachRendData, ""), att(2, attAttachTitle, "deep.txt\x00"), att(2, attAttachData, "deep"))
	dat := winmail(
		att(1, attMsgProps, props(prop(tagBody, typeUnicode, wide("See the bill.")))),
		att(2, attAttachRendData, strings.Repeat("\x00", 14)), att(2, attAttachTitle, "BILL~1.PDF\x00"), att(2, attAttachData, bill),
		att(2, attAttachment, props(prop(tagAttachLongName, typeUnicode, wide("Rechnung für März.pdf")), prop(tagAttachMIME, typeString8, "application/pdf\x00"))),
		att(2, attAttachRendData, strings.Repeat("\x00", 14)), att(2, attAttachTitle, "../photo.png\x00"), att(2, attAttachData, photo),
		att(2, attAttachment, props(prop(tagAttachContentID, typeUnicode, wide("p1@x")))),
		att(2, attAttachRendData, strings.Repeat("\x00", 14)),
		att(2, attAttachment, props(prop(tagDisplayName, typeUnicode, wide("The first mail")), prop(tagAttachData, typeObject, iidMessage+inner))),
	) + "\r\n"
	m := inMail("", dat)
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	want := []string{
		"Rechnung für März.pdf application/pdf  " + sum(bill),
		"photo.png application/octet-stream p1@x " + sum(photo),
		"deep.txt application/octet-stream  " + sum("deep"),
		"The first mail application/ms-tnef  " + sum(inner),
		"winmail.dat application/ms-tnef  " + sum(dat),
	}
	var got []string
	for _, a := range m.Attachments {
		got = append(got, fmt.Sprintf("%s %s %s %s", a.Filename, a.MediaType, a.ContentID, a.SHA256))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || m.Text != "See the bill." || len(m.Damaged) > 0 {
		t.Errorf("text %q, damaged %v, files\n%s\nwant\n%s", m.Text, m.Damaged, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	raw := "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(dat))
	alone := Read(strings.NewReader(raw), -1, Options{})
	again := Read(strings.NewReader(raw), -1, Options{Leaf: alone.Attachments[0].Leaf})
	if !bytes.Equal(again.Kept, []byte(bill)) {
		t.Errorf("the file that was asked for has %d bytes, want %d", len(again.Kept), len(bill))
	}
	if m := inMail("Words", dat[:len(dat)/2]); len(m.Damaged) != 1 || !strings.HasPrefix(m.Damaged[0], "tnef: ") || m.Attachments[0].Filename != "BILL~1.PDF" {
		t.Errorf("cut off: %v, %+v", m.Damaged, m.Attachments)
	}
}

// TestWinmailIsBounded: counts and lengths that are lies, messages in messages, and a
// text that grows when it is unpacked.
func TestWinmailIsBounded(t *testing.T) {
	t.Parallel()
	deep := winmail()
	for range 100 {
		deep = winmail(att(2, attAttachRendData, ""), att(2, attAttachment, props(prop(tagAttachData, typeObject, iidMessage+deep))))
	}
	grows := "\xff\xff\xff\xff\xff\xff\xff\xffLZFu\x00\x00\x00\x00" + strings.Repeat("\xff"+strings.Repeat("\x00\x0f", 8), 100_000)
	for name, dat := range map[string]string{
		"deep":   deep,
		"many":   winmail(strings.Repeat(att(2, attAttachRendData, ""), 5000)),
		"grows":  winmail(att(1, attMsgProps, props(prop(tagRTF, typeBinary, grows)))),
		"braces": winmail(att(1, attMsgProps, props(rtfBody(strings.Repeat("{", 1<<20))))),
		"count":  winmail(att(1, attMsgProps, "\xff\xff\xff\xff"+strings.Repeat("\x03\x10\x00\x10\xff\xff\xff\xff", 100))),
		"nulls":  winmail(att(1, attMsgProps, "\xff\xff\xff\xff"+strings.Repeat("\x01\x10\x00\x10\xff\xff\xff\xff", 100))),
		"empty":  winmail(att(1, attMsgProps, "\xff\xff\xff\xff\x03\x10\x00\x10\x00\x00\x00\x00")),
		"length": tnefSignature + "\x01\x00\x02\x0f\x80\x06\x00\xff\xff\xff\xff",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := inMail("Words", dat)
			checkMessage(t, m)
			if m.Text != "Words" || len(m.Attachments) == 0 || len(m.Attachments) > 1001 {
				t.Errorf("text %q, %d files", m.Text, len(m.Attachments))
			}
		})
	}
}

func FuzzWinmail(f *testing.F) {
	f.Add([]byte(winmail(att(1, attMsgProps, props(prop(tagRTF, typeBinary, packed), prop(0x8001, typeUnicode, wide("x")))))))
	f.Add([]byte(winmail(att(2, attAttachRendData, ""), att(2, attAttachment, props(prop(tagAttachData, typeObject, iidMessage+winmail()))))))
	f.Add([]byte(winmail(att(1, attMsgProps, props(rtfBody(`{\rtf1\ansicpg1250{\fonttbl{\f1\fcharset238 A;}}\f1\'b3\u-10?\uc0\u322\bin3 abc}`))))))
	f.Fuzz(func(t *testing.T, dat []byte) { checkMessage(t, inMail("", string(dat))) })
}
