package message

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// findCharset reads a charset label, misspelt ones included. ok is false if it
// names nothing known.
func findCharset(label string) (c charset, ok bool) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\"';"))
	label = strings.TrimPrefix(label, "charset=")
	label, _, _ = strings.Cut(label, "*") // RFC 2231 section 5: language
	compact := compactLabel(label)
	switch compact {
	case "":
		return charset{}, false
	case "utf8", "utf8mb4", "unicode11utf8", "unicode20utf8", "cp65001", "65001":
		return charset{name: "utf-8"}, true
	case "usascii", "ascii", "ansix341968", "iso646us", "us", "7bit", "usasci", "asciius", "iso646":
		return charset{name: "us-ascii"}, true
	}
	if own := ownCharset(compact); own != nil {
		return charset{name: compact, own: own}, true
	}
	if enc := namedCharset(compact); enc != nil {
		return charset{name: compact, enc: enc}, true
	}
	if enc := numberedCharset(compact); enc != nil {
		return charset{name: compact, enc: enc}, true
	}
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement { // which reads nothing
		return charset{name: label, enc: enc}, true
	}
	return charset{}, false
}

// compactLabel keeps letters and digits and drops the year of "ISO_8859-2:1987".
func compactLabel(label string) string {
	label, _, _ = strings.Cut(label, ":")
	var b strings.Builder
	for i := 0; i < len(label) && i < 64; i++ {
		if c := label[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	s := b.String()
	if strings.HasPrefix(s, "x") && len(s) > 3 && s != "xuserdefined" {
		s = s[1:]
	}
	return s
}

// namedCharset knows the labels that are words.
func namedCharset(s string) encoding.Encoding {
	switch s {
	case "latin1", "l1", "ansi", "westerneuropean", "default":
		return charmap.Windows1252
	case "latin2", "l2", "easteuropean":
		return charmap.ISO8859_2
	case "latin9", "latin0":
		return charmap.ISO8859_15
	case "koi8r", "koi8", "cskoi8r":
		return charmap.KOI8R
	case "koi8u", "koi8ru":
		return charmap.KOI8U
	case "ebcdiccpus", "ebcdiccpca", "ebcdiccpwt", "ebcdiccpnl":
		return charmap.CodePage037
	case "ebcdicus37euro":
		return charmap.CodePage1140
	case "macroman", "macintosh", "mac":
		return charmap.Macintosh
	case "gb2312", "gbk", "gb18030", "gb231280", "cngb", "euccn", "hz", "hzgb2312":
		if strings.HasPrefix(s, "hz") {
			return simplifiedchinese.HZGB2312
		}
		return simplifiedchinese.GB18030
	case "shiftjis", "sjis", "mskanji", "windows31j", "shiftjisx":
		return japanese.ShiftJIS
	case "iso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jpms", "jis":
		return japanese.ISO2022JP
	case "eucjp", "ujis":
		return japanese.EUCJP
	case "euckr", "ksc56011987", "ksc5601", "ksc56011992", "uhc":
		return korean.EUCKR
	case "big5", "big5hkscs", "cnbig5", "big5eten":
		return traditionalchinese.Big5
	case "utf16", "unicode", "ucs2", "iso10646ucs2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf32", "utf32be", "ucs4":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	}
	return nil
}

// numberedCharset knows the labels that end in a number.
func numberedCharset(s string) encoding.Encoding {
	i := len(s)
	for i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	prefix, n := s[:i], s[i:]
	switch prefix {
	case "cp", "windows", "win", "ms", "ansi", "ibm", "windowscp", "mswin", "cswindows", "msansi", "wincp", "ccsid", "csibm", "":
		if enc := codePage(n); enc != nil {
			return enc
		}
	}
	n = strings.TrimPrefix(n, "8859")
	switch prefix {
	case "iso", "isoir", "csiso", "isolatin", "is", "", "cp", "windowsiso":
		return isoPart(n)
	}
	return nil
}

func codePage(n string) encoding.Encoding {
	switch n {
	case "037", "37":
		return charmap.CodePage037
	case "1047", "01047":
		return charmap.CodePage1047
	case "1140", "01140":
		return charmap.CodePage1140
	case "1250":
		return charmap.Windows1250
	case "1251":
		return charmap.Windows1251
	case "1252":
		return charmap.Windows1252
	case "1253":
		return charmap.Windows1253
	case "1254":
		return charmap.Windows1254
	case "1255":
		return charmap.Windows1255
	case "1256":
		return charmap.Windows1256
	case "1257":
		return charmap.Windows1257
	case "1258":
		return charmap.Windows1258
	case "437":
		return charmap.CodePage437
	case "850":
		return charmap.CodePage850
	case "852":
		return charmap.CodePage852
	case "855":
		return charmap.CodePage855
	case "858":
		return charmap.CodePage858
	case "860":
		return charmap.CodePage860
	case "862":
		return charmap.CodePage862
	case "863":
		return charmap.CodePage863
	case "865":
		return charmap.CodePage865
	case "866":
		return charmap.CodePage866
	case "874":
		return charmap.Windows874
	case "932":
		return japanese.ShiftJIS
	case "936", "54936":
		return simplifiedchinese.GB18030
	case "949":
		return korean.EUCKR
	case "950":
		return traditionalchinese.Big5
	}
	return nil
}

// isoPart returns part n of ISO 8859. Part 1 is read as windows-1252, as every
// mail program does.
func isoPart(n string) encoding.Encoding {
	switch n {
	case "1":
		return charmap.Windows1252
	case "2":
		return charmap.ISO8859_2
	case "3":
		return charmap.ISO8859_3
	case "4":
		return charmap.ISO8859_4
	case "5":
		return charmap.ISO8859_5
	case "6":
		return charmap.ISO8859_6
	case "7":
		return charmap.ISO8859_7
	case "8":
		return charmap.ISO8859_8
	case "9":
		return charmap.Windows1254
	case "10":
		return charmap.ISO8859_10
	case "11":
		return charmap.Windows874
	case "13":
		return charmap.ISO8859_13
	case "14":
		return charmap.ISO8859_14
	case "15":
		return charmap.ISO8859_15
	case "16":
		return charmap.ISO8859_16
	}
	return nil
}
