package message

import (
	"fmt"
	"strings"
	"testing"
)

// TestFilesInTheText: before MIME a file stood in the text, uuencoded or in yEnc.
func TestFilesInTheText(t *testing.T) {
	t.Parallel()
	const uu = "begin 644 bill.bin\n%:&5L;&\\\n`\nend\n"
	yenc := "=ybegin line=128 size=5 name=two words.bin\n"
	for _, c := range []byte("hello") {
		yenc += string(rune(c + 42)) // Latin-1; the message is 8bit
	}
	latin := strings.NewReplacer("\u0092", "\x92", "\u008f", "\x8f", "\u0096", "\x96", "\u0099", "\x99")
	yenc = latin.Replace(yenc) + "\n=yend size=5\n"
	long := "begin 600 long.bin\n" + strings.Repeat("M"+strings.Repeat("AB12", 15)+"\n", 3000) + "`\nend\n"
	for name, c := range map[string]struct{ body, text, files, damage string }{
		"one":                {"See the bill.\n\n" + uu + "\nBye\n", "See the bill.\n\n\nBye", "bill.bin 5", ""},
		"two":                {uu + "between\n" + uu, "between", "bill.bin 5, bill.bin 5", ""},
		"yEnc":               {"See\n" + yenc + "Bye\n", "See\nBye", "two words.bin 5", ""},
		"long":               {"See\n" + long + "Bye\n", "See\nBye", "long.bin 135000", ""},
		"words":              {"Please\nbegin 644 times again\nand end\n", "Please\nbegin 644 times again\nand end", "", ""},
		"words at the end":   {"Please\nbegin 644 x", "Please\nbegin 644 x", "", ""},
		"cut off":            {"begin 644 b.bin\n%:&5L;&\\\nAnd then words.\n", "And then words.", "b.bin 5", "uuencode"},
		"never ended":        {"begin 644 b.bin\n%:&5L;&\\\n", "", "b.bin 5", ""},
		"blanks lost on way": {"begin 644 b.bin\n#    \nend\n#\nend\n", "#\nend", "b.bin 3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, end := range []string{"\n", "\r\n"} {
				in := "Subject: s" + end + end + strings.ReplaceAll(c.body, "\n", end)
				for _, n := range []int{1, 7, 1 << 20} {
					m := Read(slowReader{strings.NewReader(in), n}, int64(len(in)), Options{})
					var files []string
					for _, a := range m.Attachments {
						files = append(files, fmt.Sprintf("%s %d", a.Filename, a.Size))
					}
					if m.Text != c.text || strings.Join(files, ", ") != c.files || c.damage != "" && !hasDamage(m, c.damage) {
						t.Errorf("%d bytes at a time: text %.60q, files %q, damaged %q", n, m.Text, files, m.Damaged)
					}
				}
			}
		})
	}
	in := "Content-Type: application/octet-stream\nContent-Transfer-Encoding: x-uuencode\n\n" + uu
	if m := readString(t, in); len(m.Attachments) != 1 || m.Attachments[0].Filename != "bill.bin" || m.Attachments[0].Size != 5 {
		t.Errorf("as the encoding of a part: %+v", m.Attachments)
	}
	in = "Subject: s\n\nSee\n" + uu
	if m := Read(strings.NewReader(in), int64(len(in)), Options{Leaf: 2}); string(m.Kept) != "hello" {
		t.Errorf("its bytes: %q", m.Kept)
	}
}
