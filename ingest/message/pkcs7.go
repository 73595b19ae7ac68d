package message

import (
	"bufio"
	"bytes"
	"strings"
)

// maxOpaque is how many bytes of an opaque S/MIME body are opened.
const maxOpaque = 4 << 20

// maxBER is how deep its structure is followed.
const maxBER = 16

func isPKCS7(mediaType string) bool {
	return mediaType == "application/pkcs7-mime" || mediaType == "application/x-pkcs7-mime"
}

// Content types of RFC 8551 section 3.2 and RFC 5652, without the common prefix
// of 1.2.840.113549.1.
const (
	oidSigned       = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidEnveloped    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidEncrypted    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
	oidAuthEnvelope = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// openPKCS7 tells signed from encrypted S/MIME, and reads what is only signed.
// The signature is not verified.
func (r *reader) openPKCS7(n *node, keep *capped) {
	data := keep.buf
	if bytes.HasPrefix(data, []byte("-----BEGIN")) || len(data) > 0 && data[0] == 'M' && looksBase64(bufio.NewReader(bytes.NewReader(data))) {
		data = fromPEM(data)
	}
	head := data[:min(len(data), 64)]
	kind := n.ctype.params["smime-type"]
	switch {
	case bytes.Contains(head, []byte(oidEnveloped)), bytes.Contains(head, []byte(oidEncrypted)),
		bytes.Contains(head, []byte(oidAuthEnvelope)):
		r.encrypted = true
		return
	case bytes.Contains(head, []byte(oidSigned)):
	case kind == "signed-data", kind == "certs-only":
	default:
		r.encrypted = true
		return
	}
	if kind == "certs-only" {
		return
	}
	r.signed = true
	if keep.over {
		r.note("smime", "too large to open")
		return
	}
	inner, ok := signedContent(data)
	if !ok {
		r.note("smime", "signed content not found")
		return
	}
	r.openInner(n, inner)
}

// fromPEM drops armour lines and base64.
func fromPEM(b []byte) []byte {
	var text strings.Builder
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("-----")) {
			text.Write(line)
		}
	}
	return decodeB(text.String())
}

// openInner reads the entity that was signed as the only child of n.
func (r *reader) openInner(n *node, inner []byte) {
	if n.depth >= r.opt.MaxDepth || *r.parts >= r.opt.MaxParts {
		r.note("depth", "signed content is not opened")
		return
	}
	repair := r.repair
	r.repair = true
	br := bufio.NewReaderSize(bytes.NewReader(inner), readBuffer)
	fs := readHeader(br, r.opt.MaxHeaderBytes, false, r.note)
	_ = r.loose(n.child(fs), br) // the repair pass accepts everything
	r.repair = repair
}

// ber is one element of a BER structure (X.690 section 8.1).
type ber struct {
	tag     byte
	content []byte
	rest    []byte
}

// readBER reads the element at the start of b. An indefinite length takes all
// that follows; its end is found by whoever reads the content.
func readBER(b []byte) (e ber, indefinite, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return ber{}, false, false
	}
	e.tag = b[0]
	n, b := int(b[1]), b[2:]
	if n == 0x80 {
		e.content = b
		return e, true, true
	}
	if n > 0x80 {
		k := n & 0x7f
		if k > 4 || k > len(b) {
			return ber{}, false, false
		}
		n = 0
		for _, c := range b[:k] {
			n = n<<8 | int(c)
		}
		b = b[k:]
	}
	if n < 0 || n > len(b) {
		n = len(b) // cut off: read what is there
	}
	e.content, e.rest = b[:n], b[n:]
	return e, false, true
}

// signedContent walks ContentInfo, SignedData and EncapsulatedContentInfo down
// to the octet string (RFC 5652 sections 3 and 5).
func signedContent(b []byte) ([]byte, bool) {
	for _, skip := range []int{1, 0, 2, 1, 0} {
		e, _, ok := readBER(b)
		if !ok {
			return nil, false
		}
		b = e.content
		for range skip { // version, digest algorithms, object identifiers
			if b, ok = skipBER(b, 0); !ok {
				return nil, false
			}
		}
	}
	out, _, ok := octets(b, 0)
	return out, ok && len(out) > 0
}

// skipBER returns what follows the element at the start of b.
func skipBER(b []byte, depth int) ([]byte, bool) {
	e, indefinite, ok := readBER(b)
	if !ok || depth > maxBER {
		return nil, false
	}
	if !indefinite {
		return e.rest, true
	}
	rest := e.content
	for {
		if len(rest) < 2 {
			return nil, false
		}
		if rest[0] == 0 && rest[1] == 0 {
			return rest[2:], true
		}
		if rest, ok = skipBER(rest, depth+1); !ok {
			return nil, false
		}
	}
}

// octets returns an octet string, joined if it comes in pieces.
func octets(b []byte, depth int) (out, rest []byte, ok bool) {
	e, indefinite, ok := readBER(b)
	if !ok || depth > maxBER || e.tag&0x1f != 4 {
		return nil, nil, false
	}
	if e.tag&0x20 == 0 {
		return e.content, e.rest, true
	}
	pieces := e.content
	for len(pieces) > 0 {
		if indefinite && len(pieces) >= 2 && pieces[0] == 0 && pieces[1] == 0 {
			return out, pieces[2:], true
		}
		piece, after, ok := octets(pieces, depth+1)
		if !ok {
			return out, nil, len(out) > 0
		}
		out = append(out, piece...)
		pieces = after
	}
	return out, e.rest, true
}
