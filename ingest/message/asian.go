package message

import (
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// asianCharset guesses a double-byte charset of text that is mostly high bytes,
// by how many of its pairs stand where that charset keeps its common characters.
func asianCharset(b []byte) (charset, bool) {
	b = b[:min(len(b), 64<<10)]
	high, letters := 0, 0
	for _, c := range b {
		if c >= 0x80 {
			high++
		} else if isWordByte(c) {
			letters++
		}
	}
	if high < 8 || letters > high/2 {
		return charset{}, false
	}
	type guess struct {
		charset
		common func(a, b byte) bool
	}
	best, share := charset{}, 0.75
	for _, g := range []guess{
		{charset{name: "shift_jis", enc: japanese.ShiftJIS}, func(a, b byte) bool { return a == 0x82 && b >= 0x9f || a == 0x83 && b <= 0x96 }},
		{charset{name: "euc-jp", enc: japanese.EUCJP}, func(a, b byte) bool { return a == 0xa4 || a == 0xa5 }},
		{charset{name: "euc-kr", enc: korean.EUCKR}, func(a, b byte) bool { return a >= 0xb0 && a <= 0xc8 && b >= 0xa1 }},
		{charset{name: "gb18030", enc: simplifiedchinese.GB18030}, func(a, b byte) bool { return a >= 0xb0 && a <= 0xd7 && b >= 0xa1 || a == 0xa3 || a == 0xa1 }},
		{charset{name: "big5", enc: traditionalchinese.Big5}, func(a, b byte) bool { return a >= 0xa4 && a <= 0xc6 && b >= 0x40 || a == 0xa1 }},
	} {
		need := share
		if g.name == "shift_jis" || g.name == "euc-jp" {
			need = 0.4 // the rest of the pairs is kanji
		}
		if s, ok := pairs(b, g.common); ok && s > need && cleanDecode(b, g.charset) {
			if best, share = g.charset, s; need == 0.4 {
				return best, true
			}
		}
	}
	return best, best.enc != nil
}

// pairs reads b as double bytes and returns the share that common accepts.
func pairs(b []byte, common func(a, b byte) bool) (share float64, ok bool) {
	n, hits := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if i+1 == len(b) {
			break
		}
		if b[i+1] < 0x40 {
			return 0, false
		}
		n++
		if common(b[i], b[i+1]) {
			hits++
		}
		i++
	}
	if n == 0 {
		return 0, false
	}
	return float64(hits) / float64(n), true
}

// cleanDecode reports whether nearly every byte has a meaning in c.
func cleanDecode(b []byte, c charset) bool {
	bad, n := 0, 0
	for _, r := range c.decode(b) {
		n++
		if r == '\uFFFD' {
			bad++
		}
	}
	return bad*50 <= n
}
