package message

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

func TestDecodeHeader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                                     "plain",
		"=?utf-8?Q?Skarga_na_=C5=82=C4=85cze?=":     "Skarga na łącze",
		"=?utf-8?B?xYLEhWN6?=":                      "łącz",
		"=?utf-8?B?xYLEhWN6ZQ?=":                    "łącze", // no padding
		"=?utf-8?Q?=C5?= =?utf-8?Q?=82?=":           "ł",     // split inside a character
		"=?utf-8?Q?a?= =?utf-8?Q?b?= c":             "ab c",
		"=?utf-8?Q?a?==?utf-8?Q?b?=":                "ab",
		"=?utf-8?Q?two words?=":                     "two words",
		"=?cp-1250?Q?=B9?=":                         "ą",
		"=?utf-8*pl?Q?=C5=82?=":                     "ł",
		"=?utf-8?Q?=C5=82":                          "ł", // never closed
		"=?utf-8?X?abc?=":                           "=?utf-8?X?abc?=",
		"=?":                                        "=?",
		"raw ł":                                     "raw ł",
		"raw \xb3\xb1cze":                           "raw łącze",
		"a\x00b\x07":                                "ab",
		"[SPAM]=?utf-8?Q?x?=":                       "[SPAM] x",
		"=?utf-8?B?WmHFvM?= =?utf-8?B?OzxYLEhw==?=": "Zażółć", // cut inside a group of base64
		"=?utf-8?B?YWI?= =?utf-8?B?Y2Q?=":           "abcd",   // two without padding
		"=?\"utf-8\"?Q?=c5=82?=":                    "ł",
		"=?utf-8?Q?caf=E9?=":                        "café", // not what it says, and no other sign
		"=?unknown-8bit?Q?=C5=82?=":                 "ł",
	} {
		if got := decodeHeader(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestMediaType(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][3]string{ // value, parameter, its value
		"text/plain; charset=utf-8":                           {"text/plain", "charset", "utf-8"},
		"Text/HTML; CHARSET=\"utf-8\"":                        {"text/html", "charset", "utf-8"},
		"attachment; filename=faktura za maj.pdf":             {"attachment", "filename", "faktura za maj.pdf"},
		"attachment; filename=report (1).pdf":                 {"attachment", "filename", "report (1).pdf"},
		"attachment; filename*=utf-8''%C5%82.pdf":             {"attachment", "filename", "ł.pdf"},
		"attachment; filename*0=\"a b\"; filename*1=c.pdf":    {"attachment", "filename", "a bc.pdf"},
		"attachment; filename*1*=%82; filename*0*=utf-8''%C5": {"attachment", "filename", "ł"},
		"attachment; filename=\"=?utf-8?Q?=C5=82?=.pdf\"":     {"attachment", "filename", "ł.pdf"},
		"attachment; filename==?utf-8?Q?a=3Bb?=.pdf":          {"attachment", "filename", "a;b.pdf"},
		"multipart/mixed boundary=\"x y\"":                    {"multipart/mixed", "boundary", "x y"},
		"multipart/mixed; boundary=a:b=c":                     {"multipart/mixed", "boundary", "a:b=c"},
		"text/plain; charset=us-ascii (Plain text)":           {"text/plain", "charset", "us-ascii"},
		"image/png; name=\"open":                              {"image/png", "name", "open"},
		"te\x00xt/plain; na\x00me*=utf-8''a%00b":              {"text/plain", "name", "ab"},
		"text / plain; ;; name=x":                             {"text/plain", "name", "x"},
		"text/plain; name=a charset=utf-8":                    {"text/plain", "charset", "utf-8"},
	} {
		m := parseMediaType(in)
		if m.value != want[0] || m.params[want[1]] != want[2] {
			t.Errorf("%q: got %q %q, want %q", in, m.value, m.params, want)
		}
	}
}

func TestDecodeTextDeclared(t *testing.T) {
	t.Parallel()
	const polish, russian, japan, china, korea = "Zażółć gęślą jaźń, proszę", "Добрый день", "こんにちは世界", "你好世界", "안녕하세요"
	enc := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ label, in, want string }{
		{"utf8", polish, polish},
		{"\"UTF-8\"", polish, polish},
		{"iso8859-2", enc(charmap.ISO8859_2, polish), polish},
		{"ISO_8859-2:1987", enc(charmap.ISO8859_2, polish), polish},
		{"latin2", enc(charmap.ISO8859_2, polish), polish},
		{"cp-1250", enc(charmap.Windows1250, polish), polish},
		{"windows1250", enc(charmap.Windows1250, polish), polish},
		{"x-cp1250", enc(charmap.Windows1250, polish), polish},
		{"iso8859-1", "na\xefve", "naïve"},
		{"iso-8859-15", "\xa4 5", "€ 5"},
		{"windows-1252", "\x80 5", "€ 5"},
		{"cp1251", enc(charmap.Windows1251, russian), russian},
		{"KOI8-R", enc(charmap.KOI8R, russian), russian},
		{"gb2312", enc(simplifiedchinese.GB18030, china), china},
		{"gb18030", enc(simplifiedchinese.GB18030, china), china},
		{"Shift-JIS", enc(japanese.ShiftJIS, japan), japan},
		{"iso-2022-jp", enc(japanese.ISO2022JP, japan), japan},
		{"ks_c_5601-1987", enc(korean.EUCKR, korea), korea},
		{"big5", enc(traditionalchinese.Big5, china), china},
		{"unicode-1-1-utf-7", "Zg+AUI-oszenie +- 2", "Zgłoszenie + 2"},
		{"utf-16", enc(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), polish), polish},
		{"utf-16", enc(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), polish), polish},
		{"utf-16le", enc(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), polish), polish},
		{"us-ascii", "plain", "plain"},
		{"utf-32le", enc(utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), polish), polish},
		{"iso-2022-kr", "\x1b$)C\x0e>H3gGO<<?d\x0f. \x0e@NEM3]@L\x0f", "안녕하세요. 인터넷이"},
		{"x-mac-ce", "Za\xfd\x97\xb8\x8d g\xab\xe6l\x88 ja\x90\xc4, prosz\xab", polish},
		{"x-mac-greek", "\xa1\xe5\xe9\xc0", "Γειά"},
		{"x-mac-turkish", "\xdd\xdf\xdb", "ışğ"},
		{"x-mac-croatian", "\xe8aj", "čaj"},
		{"cp737", "\x82\x9c\xa0\xe1", "Γειά"},
		{"ibm775", "\x88\xd0ka", "łąka"},
		{"cp857", "\x8d\x9f\xa7", "ışğ"},
		{"cp858", "\xd5 caf\x82", "€ café"},
		{"cp037", "\xd4\xa8\x40\x93\x89\x95\x85\x15\xba\x84\x96\xa6\x95\xbb", "My line\n[down]"},
		{"IBM-1047", "\xd4\xa8\x40\x93\x89\x95\x85\x15\xad\x84\x96\xa6\x95\xbd", "My line\n[down]"},
		{"ebcdic-cp-us", "\xc3\x81\x86\x51", "Café"},
		{"IBM01140", "\x9f\x40\xf3\xf5", "€ 35"},
		{"ibm037", "already in ASCII", "already in ASCII"},
	} {
		if got, wrong := decodeText([]byte(c.in), c.label); got != c.want || wrong != "" {
			t.Errorf("%s: got %q (%s), want %q", c.label, got, wrong, c.want)
		}
	}
}

func TestDecodeTextGuessed(t *testing.T) {
	t.Parallel()
	const polish = "Proszę o pomoc, łącze nie działa od środy. Żądam zwrotu."
	const french, german = "Ma sœur n'a plus de réseau, c'était prévu", "Für die Störung möchte ich Geld zurück"
	enc := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct{ label, in, want string }{
		"utf-8":                  {"", polish, polish},
		"utf-8 as latin1":        {"iso-8859-1", polish, polish},
		"latin2":                 {"", enc(charmap.ISO8859_2, polish), polish},
		"latin2 as ascii":        {"us-ascii", enc(charmap.ISO8859_2, polish), polish},
		"latin2 as utf-8":        {"utf-8", enc(charmap.ISO8859_2, polish), polish},
		"latin2 as latin1":       {"iso-8859-1", enc(charmap.ISO8859_2, polish), polish},
		"windows-1250":           {"", enc(charmap.Windows1250, polish), polish},
		"windows-1250 as latin2": {"iso-8859-2", enc(charmap.Windows1250, polish), polish},
		"windows-1250 as latin1": {"iso-8859-1", enc(charmap.Windows1250, polish), polish},
		"cp852":                  {"", enc(charmap.CodePage852, polish), polish},
		"cp852 as latin1":        {"iso-8859-1", enc(charmap.CodePage852, polish), polish},
		"dashes and apostrophes": {"iso-8859-1", "It\x92s down\x97again\x97and\x97again", "It’s down—again—and—again"},
		"no reader of its own":   {"iso-2022-cn", "plain", "plain"},
		"one letter at the end":  {"utf-8", "caf\xe9", "café"},
		"unknown label":          {"x-nothing", enc(charmap.Windows1250, polish), polish},
		"french":                 {"", enc(charmap.Windows1252, french), french},
		"german":                 {"", enc(charmap.Windows1252, german), german},
		"pounds":                 {"", "It cost \xa335, that is 2\xb2 too much", "It cost £35, that is 2² too much"},
		"koi8-r":                 {"", enc(charmap.KOI8R, "Добрый день, интернет не работает"), "Добрый день, интернет не работает"},
		"windows-1251":           {"", enc(charmap.Windows1251, "Добрый день, интернет не работает"), "Добрый день, интернет не работает"},
		"iso-2022-jp":            {"", enc(japanese.ISO2022JP, "こんにちは"), "こんにちは"},
		"shift_jis":              {"", enc(japanese.ShiftJIS, "こんにちは、ありがとう"), "こんにちは、ありがとう"},
		"gb2312":                 {"", enc(simplifiedchinese.GB18030, "你好，我的网络不能用了"), "你好，我的网络不能用了"},
	} {
		if got, wrong := decodeText([]byte(c.in), c.label); got != c.want {
			t.Errorf("%s: got %q (%s), want %q", name, got, wrong, c.want)
		}
	}
}

func TestUnflow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		delsp    bool
	}{
		{"one \ntwo\nthree", "one two\nthree", false},
		{"one \ntwo", "onetwo", true},
		{"> a \n> b\n>> c \nd", "> a b\n>> c \nd", false},
		{"text \n-- \nJan", "text \n-- \nJan", false},
		{" >not quoted\n From", ">not quoted\nFrom", false},
	} {
		if got := unflow(c.in, c.delsp); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestHTMLText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a  b\n c":                                                            "a b c",
		"<p>one</p><p>two</p>":                                                "one\n\ntwo",
		"<div>a</div><div>b</div>":                                            "a\nb",
		"<div>a</div><div><br></div><div>b</div>":                             "a\n\nb",
		"a<br>b<br></div><div>c":                                              "a\nb\nc",
		"a<b>b</b>c <i>d</i>":                                                 "abc d",
		"<ul><li>x<li>y<ul><li>z</ul></ul>":                                   "- x\n- y\n  - z",
		"<ol><li>x</li><li>y</li></ol>":                                       "1. x\n2. y",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>":               "a b\nc",
		"<blockquote>q<p>r</p></blockquote>after":                             "> q\n>\n> r\n\nafter",
		"<blockquote>a<blockquote>b</blockquote></blockquote>":                "> a\n>\n> > b",
		"<pre>a  b\n c</pre>":                                                 "a  b\n c",
		"x<span style='display:none'>hid</span>y":                             "xy",
		"x<span style='Visibility: Hidden'>hid</span>y":                       "xy",
		"x<div style='font-size:0px'>hid<b style='font-size:9px'>s</b></div>": "x\ns",
		"<p style='font-size:0.9em'>seen</p>":                                 "seen",
		"<div hidden>hid</div>seen":                                           "seen",
		"<head><title>t</title></head><style>s</style><script>j</script>b":    "b",
		"<head><style>s</style><body>b":                                       "b",
		"a&nbsp;&amp;&lt;b&gt;":                                               "a &<b>",
		"<a href='https://example.com'>link</a>":                              "link",
		"<p class=MsoNormal>a</p><p class=MsoNormal>b</p>":                    "a\nb",
		"<!-- comment -->a<![if !mso]>b<![endif]>":                            "ab",
		"a\u200bb\u00adc":                                                     "abc",
		"<ol start=3><li>x<li value=7>y<li>z</ol>":                            "3. x\n7. y\n8. z",
		"<ul><li><p>x</p></li><li><div>y</div></li><li></li><li>z</ul>":       "- x\n- y\n-\n- z",
		"x<div style='max-height:0;overflow:hidden'>hid</div>y":               "x\ny",
		"x<span style='opacity:0'>hid</span>y":                                "xy",
		"a<div id=Signature><div><img src=x></div><p>Jan</p></div>":           "a\n\n--\nJan",
		"a<div>-- </div><div class=gmail_signature>Jan</div>":                 "a\n--\nJan",
		"a<div class=x-signature><br></div><p>b</p>":                          "a\n\nb",
		"a<blockquote style='border:none'>b</blockquote>c":                    "a\n\nb\nc",
		"a<blockquote type=cite style='border:none'>b</blockquote>":           "a\n\n> b",
		"<blockquote style='border:none;border-left:solid'>b</blockquote>":    "> b",
		"unclosed <b>bold <td>cell":                                           "unclosed bold cell",
	} {
		if got, _ := htmlText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if m := readString(t, "Content-Type: text/html\n\n<div style='display:none'>all of it</div>"); m.Text != "all of it" {
		t.Errorf("wholly hidden text is lost: %q", m.Text)
	}
}

func TestEnriched(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"enriched\n\n<bold>Hi</bold> there\ngoes on\n\nnew <<x>\n<color><param>red</param>y</color>\n\n\nz <nofill>a\nb</nofill>": "Hi there goes on\nnew <x> y\n\nz a\nb",
		"enriched\n\na < b": "a ",
		"richtext\n\n<bold>Hi</bold>\nthere<nl>next<comment>not <bold>this</bold></comment> a <lt> b": "Hi there\nnext a < b",
	} {
		if m := readString(t, "Content-Type: text/"+in); m.Text != want {
			t.Errorf("%q: got %q, want %q", in, m.Text, want)
		}
	}
}

func TestSanitize(t *testing.T) {
	t.Parallel()
	got := sanitize(`<p style="background:url(https://e.example/x)" onclick=x()>Hi<img src="https://e.example/p.gif">` +
		`<script>alert(1)</script><form action="https://e.example"><input name=a></form><iframe src="https://e.example"></iframe>` +
		`<a href="javascript:x()">bad</a> <a href="https://ok.example/">good</a><link rel=stylesheet href="https://e.example/s.css"></p>`)
	for _, bad := range []string{"e.example", "script", "onclick", "style", "<img", "form", "iframe"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is left in %s", bad, got)
		}
	}
	for _, good := range []string{"Hi", "bad", `href="https://ok.example/"`, "noopener"} {
		if !strings.Contains(got, good) {
			t.Errorf("%q is missing in %s", good, got)
		}
	}
}
