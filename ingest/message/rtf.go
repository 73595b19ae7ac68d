package message

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
)

// packedRTF is what the window of compressed RTF holds at its start (MS-OXRTFCP
// section 2.1.3.1).
const packedRTF = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// unpackRTF decompresses the body that Outlook puts into winmail.dat, at most limit
// bytes. What is broken ends it.
func unpackRTF(b []byte, limit int) []byte {
	if len(b) < 16 {
		return nil
	}
	size := min(int(binary.LittleEndian.Uint32(b[4:])), limit)
	kind, b := string(b[8:12]), b[16:]
	if kind == "MELA" {
		return b[:min(size, len(b))]
	}
	if kind != "LZFu" {
		return nil
	}
	var window [4096]byte
	at := copy(window[:], packedRTF)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		window[at] = c
		at = (at + 1) % len(window)
	}
	for len(b) > 1 && len(out) < size {
		control := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0; bit++ {
			if control>>bit&1 == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			from, n := int(b[0])<<4|int(b[1])>>4, int(b[1]&15)+2
			if b = b[2:]; from == at {
				return out
			}
			for i := range n {
				put(window[(from+i)%len(window)])
			}
		}
	}
	return out
}

// maxRTFDepth is how deep groups are followed.
const maxRTFDepth = 1000

// rtfText is what a person reads of RTF. HTML that is wrapped in it (MS-OXRTFEX) is
// read too: its tags stand in groups that are skipped.
func rtfText(src []byte) string {
	p := &rtf{src: src, page: "cp1252", fonts: map[int]string{}, group: rtfGroup{uc: 1}}
	for p.at < len(p.src) && len(p.stack) < maxRTFDepth {
		c := p.src[p.at]
		p.at++
		switch c {
		case '{':
			p.stack, p.left = append(p.stack, p.group), 0
		case '}':
			p.flush()
			if p.left = 0; len(p.stack) > 0 {
				p.group, p.stack = p.stack[len(p.stack)-1], p.stack[:len(p.stack)-1]
			}
		case '\\':
			p.control()
		case '\r', '\n', 0:
		default:
			p.char(c)
		}
	}
	p.flush()
	return cleanText(p.out.String())
}

// rtf is a text while it is read.
type rtf struct {
	src   []byte
	at    int
	out   strings.Builder
	run   []byte         // characters of the code page that were not decoded yet
	units []uint16       // the same of \u
	left  int            // characters that repeat a \u for old programs, still to come
	page  string         // charset label of the document
	fonts map[int]string // the same of each font
	font  int            // that the table of fonts speaks of
	group rtfGroup
	stack []rtfGroup
}

// rtfGroup is what ends with its brace.
type rtfGroup struct {
	skip bool   // not part of the text
	page string // charset label of the font; "" is the document's
	uc   int    // how many characters repeat a \u
}

func (p *rtf) char(c byte) {
	if p.left > 0 {
		p.left--
	} else if !p.group.skip {
		p.flushUnits()
		p.run = append(p.run, c)
	}
}

func (p *rtf) text(s string) {
	if p.flush(); !p.group.skip {
		p.out.WriteString(s)
	}
}

func (p *rtf) flushUnits() {
	p.out.WriteString(string(utf16.Decode(p.units)))
	p.units = p.units[:0]
}

func (p *rtf) flush() {
	p.flushUnits()
	if len(p.run) > 0 {
		page := p.group.page
		if page == "" {
			page = p.page
		}
		text, _ := decodeText(p.run, page)
		p.out.WriteString(text)
		p.run = p.run[:0]
	}
}

// control reads what follows a backslash.
func (p *rtf) control() {
	start := p.at
	for p.at < len(p.src) && (p.src[p.at]|0x20 >= 'a' && p.src[p.at]|0x20 <= 'z') && p.at-start < 32 {
		p.at++
	}
	word := string(p.src[start:p.at])
	if word == "" {
		p.symbol()
		return
	}
	start = p.at
	for p.at < len(p.src) && (p.src[p.at] >= '0' && p.src[p.at] <= '9' || p.at == start && p.src[p.at] == '-') {
		p.at++
	}
	n, err := strconv.Atoi(string(p.src[start:p.at]))
	if p.at < len(p.src) && p.src[p.at] == ' ' {
		p.at++
	}
	p.word(word, n, err == nil)
}

func (p *rtf) symbol() {
	if p.at >= len(p.src) {
		return
	}
	c := p.src[p.at]
	p.at++
	switch c {
	case '\'':
		if p.at+2 <= len(p.src) {
			n, err := strconv.ParseUint(string(p.src[p.at:p.at+2]), 16, 8)
			if p.at += 2; err == nil {
				p.char(byte(n))
			}
		}
	case '*':
		p.group.skip = true // a destination that old programs do not know
	case '~':
		p.char(' ')
	case '_':
		p.char('-')
	case '\r', '\n':
		p.text("\n")
	case '\\', '{', '}':
		p.char(c)
	}
}

// rtfSigns are the words that stand for a character.
var rtfSigns = map[string]string{"par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t",
	"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}

// rtfCharsets are the charsets of fonts.
var rtfCharsets = map[int]string{128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
	177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 77: "macintosh", 255: "cp437"}

func (p *rtf) word(word string, n int, counted bool) {
	switch word {
	case "u":
		if !p.group.skip {
			if len(p.run) > 0 {
				p.flush()
			}
			p.units = append(p.units, uint16(n)) // negative above 0x7fff
		}
		p.left = p.group.uc
	case "uc":
		p.group.uc = min(max(n, 0), 16)
	case "mac":
		p.page = "macintosh"
	case "pc":
		p.page = "cp437"
	case "pca":
		p.page = "cp850"
	case "ansicpg":
		p.page = "cp" + strconv.Itoa(n)
	case "f":
		p.flush()
		p.font, p.group.page = n, p.fonts[n]
	case "fcharset":
		p.fonts[p.font] = rtfCharsets[n]
	case "bin":
		if counted {
			p.at = min(len(p.src), p.at+max(n, 0))
		}
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf":
		p.group.skip = true
	default:
		if sign, ok := rtfSigns[word]; ok {
			p.text(sign)
		}
	}
}
