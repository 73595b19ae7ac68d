package letter_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer/letter"
	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/templates"
)

var day = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// opener starts slowly, so all tests share one; it ends with the process.
var opener = sync.OnceValue(func() *file.Opener { return file.NewOpener(file.Options{}) })

// sample is a complete formal response, on paper.
func sample(t *testing.T, lang complaint.Language) letter.Letter {
	t.Helper()
	set, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	kind, err := templates.Find("formal_response")
	if err != nil {
		t.Fatal(err)
	}
	data := kind.Samples()[0]
	data.Head().Language, data.Head().Letter = lang, true
	m, err := set.Render(data)
	if err != nil {
		t.Fatal(err)
	}
	return letter.Letter{
		Firm: "ASK4", Head: []string{"ASK4 Complaints", "14 Fitzwilliam Street", "Sheffield S1 4JL"},
		To: []string{"Ms Żaneta Wójcik-Łąkowa", "Flat 12, Devonshire Court", "14 Fitzwilliam Street", "Sheffield", "S1 4JL"}, Window: letter.WindowUK,
		Reference: "ASK4-26-K7Q2M-4", Date: day, Subject: m.Subject, Parts: m.Parts, SlipCode: "https://complaints.example.org/s/ASK4-26-K7Q2M-4.1.abcdefghijklmnop",
	}
}

// open draws a letter and opens it as a scan of it would be.
func open(t *testing.T, l letter.Letter) (raw []byte, pages []file.Page) {
	t.Helper()
	raw, err := letter.Draw(l)
	if err != nil {
		t.Fatal(err)
	}
	return raw, read(t, raw)
}

func read(t *testing.T, raw []byte) (pages []file.Page) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := opener().Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for n := range f.Pages() {
		p, err := f.Page(t.Context(), n+1)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages
}

func words(pages []file.Page) string {
	var all []string
	for _, p := range pages {
		for _, w := range p.Words {
			all = append(all, w.Text)
		}
	}
	return strings.Join(all, " ")
}

// TestP17LettersAreReadBack reads each letter as a machine does: the text, with every
// Polish letter, the page numbers, and the code on the slip of the last page.
func TestP17LettersAreReadBack(t *testing.T) {
	t.Parallel()
	for lang, want := range map[complaint.Language][]string{
		complaint.English: {"Żaneta Wójcik-Łąkowa", "ASK4-26-K7Q2M-4", "23 November 2026", "Our decision", "free of charge", "Reply slip", "1/2", "2/2"},
		complaint.Polish:  {"Żaneta Wójcik-Łąkowa", "23 listopada 2026 r.", "Państwa", "bezpłatnie", "Odcinek zwrotny", "1/2"},
		complaint.Both:    {"Polska wersja znajduje się poniżej.", "Our decision", "bezpłatnie", "Reply slip", "Odcinek zwrotny"},
	} {
		for _, large := range []bool{false, true} {
			l := sample(t, lang)
			l.Large = large
			_, pages := open(t, l)
			text := words(pages)
			for _, w := range want {
				if large && strings.Contains(w, "/") {
					continue // large print has more pages
				}
				if !strings.Contains(text, w) {
					t.Errorf("%q, large %v: no %q in %q", lang, large, w, text)
				}
			}
			found := code.Find(pages[len(pages)-1].Gray)
			if !slices.Contains(found, code.Code{Symbology: code.QR, Text: l.SlipCode}) {
				t.Errorf("%q, large %v: codes on the last page: %v", lang, large, found)
			}
			for n, p := range pages {
				overlap(t, fmt.Sprintf("%q, large %v, page %d", lang, large, n+1), p.Words)
			}
			last := words(pages[len(pages)-1:])
			if lang != complaint.Both && strings.Contains(last, word("closing", lang)) && !strings.Contains(last, word("before", lang)) {
				t.Errorf("%q, large %v: the closing is alone on its page: %q", lang, large, last)
			}
			if strings.Contains(text, "reply to this email") || strings.Contains(text, "odpowiedzieć na ten e-mail") {
				t.Errorf("%q: the letter asks to reply to an e-mail", lang)
			}
		}
	}
}

// word is from the end of a formal response.
func word(what string, lang complaint.Language) string {
	return map[string]map[complaint.Language]string{
		"closing": {complaint.English: "Yours sincerely", complaint.Polish: "Z poważaniem"},
		"before":  {complaint.English: "close your complaint", complaint.Polish: "zamkniemy tę skargę"},
	}[what][lang]
}

// overlap reports words that are drawn over each other, and the part of the page that
// printers leave white.
func overlap(t *testing.T, where string, words []layout.Word) {
	t.Helper()
	for i, a := range words {
		if a.Box[0] < 500 || a.Box[1] < 500 || a.Box[0]+a.Box[2] > 20500 || a.Box[1]+a.Box[3] > 29200 {
			t.Errorf("%s: %q is at the edge of the paper: %v", where, a.Text, a.Box)
		}
		for _, b := range words[i+1:] {
			const touch = 30 // boxes of glyphs may touch
			if a.Box[0]+a.Box[2] > b.Box[0]+touch && b.Box[0]+b.Box[2] > a.Box[0]+touch && a.Box[1]+a.Box[3] > b.Box[1]+touch && b.Box[1]+b.Box[3] > a.Box[1]+touch {
				t.Errorf("%s: %q and %q are drawn over each other: %v, %v", where, a.Text, b.Text, a.Box, b.Box)
			}
		}
	}
}

// envelope is one with a window, in hundredths of a millimetre.
type envelope struct {
	name                string
	wide, high          int
	fold                int  // how high the folded sheet is
	x, y, width, height int  // its window
	few                 bool // shows an address of four lines wherever the sheet lies, and no longer one
}

// right has the window as far from the right edge.
func (e envelope) right(margin int) envelope {
	e.name, e.x = fmt.Sprintf("%s, %d mm from the right", e.name, margin/100), e.wide-margin-e.width
	return e
}

// TestAddressShowsInTheWindow moves the folded sheet to the corners of envelopes: the
// whole address is in the window, and nothing else is.
func TestAddressShowsInTheWindow(t *testing.T) {
	t.Parallel()
	uk := envelope{"DL, BS 4264", 22000, 11000, 9900, 2000, 11000 - 1800 - 3500, 9000, 3500, false}
	dl := envelope{"DL, DIN 680", 22000, 11000, 9900, 2000, 11000 - 1500 - 4500, 9000, 4500, false}
	c65 := envelope{"C6/5, DIN 680", 22900, 11400, 9900, 2000, 11400 - 1500 - 4500, 9000, 4500, false}
	c5 := envelope{"C5, DIN 680", 22900, 16200, 14850, 2000, 16200 - 6000 - 4500, 9000, 4500, false}
	low := envelope{"DL, 35 mm, 15 mm from below", 22000, 11000, 9900, 2000, 11000 - 1500 - 3500, 9000, 3500, true}
	high := envelope{"DL, 35 mm, 20 mm from below", 22000, 11000, 9900, 2000, 11000 - 2000 - 3500, 9000, 3500, true}
	envelopes := map[letter.Window][]envelope{
		letter.WindowUK:     {uk, dl, c65, c5, low, high},
		letter.WindowPoland: {uk.right(2000), uk.right(1500), dl.right(2000), dl.right(1500), c65.right(2000), c5.right(2000), low.right(2000), high.right(2000), high.right(1500)},
	}
	type shown struct {
		window letter.Window
		to     string // lines divided by "/"
		want   string // what the window shows; empty: the same
	}
	few := "Żaneta Wójcik-Łąkowa/ul. Łąkowa 3 m. 4/30-001 Kraków/POLAND"
	short, long := "Ms Żaneta Wójcik/Flat 12, Devonshire Court/14 Fitzwilliam Street/Sheffield/S1 4JL", "Stowarzyszenie Przyjaciół Domów Studenckich imienia Mikołaja Kopernika/Żaneta Wójcik-Łąkowa/ul. Księdza Kardynała Stefana Wyszyńskiego 118 m. 4/Osiedle Przyjaźni/30-001 Kraków/Polska"
	for _, c := range []shown{
		{letter.WindowUK, few, ""},
		{letter.WindowPoland, few, ""},
		{letter.WindowUK, short, ""},
		{letter.WindowPoland, short, ""},
		{letter.WindowUK, short + "/United Kingdom", ""},
		{letter.WindowPoland, short + "/United Kingdom", ""},
		{letter.WindowUK, "Jan Nowak/Room 7/Flat 2/Newton Hall/8 Lenton Boulevard/Lenton/Nottingham/NG7 1FD", "Jan Nowak/Room 7, Flat 2/Newton Hall/8 Lenton Boulevard, Lenton/Nottingham/NG7 1FD"},
		{letter.WindowPoland, long, ""},
		{letter.WindowUK, strings.TrimSuffix(strings.Repeat("Eight lines of thirty-eight letters as/", 8), "/"), ""},
	} {
		l := sample(t, complaint.English)
		l.Window, l.To = c.window, strings.Split(c.to, "/")
		_, pages := open(t, l)
		address := strings.Fields(strings.ReplaceAll(cmp.Or(c.want, c.to), "/", " "))
		for _, e := range envelopes[c.window] {
			if !e.few || c.to == few {
				e.shows(t, pages[0].Words, strings.Join(address, " "))
			}
		}
	}
}

// shows moves a sheet with words to the corners of an envelope.
func (e envelope) shows(t *testing.T, words []layout.Word, want string) {
	t.Helper()
	for _, dx := range []int{0, e.wide - 21000} {
		for _, dy := range []int{0, e.high - e.fold} {
			wx, wy := e.x-dx, e.y-dy // the window on the sheet
			var shown []string
			for _, w := range words {
				b := w.Box
				inside := b[0] >= wx && b[0]+b[2] <= wx+e.width && b[1] >= wy && b[1]+b[3] <= wy+e.height
				outside := b[0] > wx+e.width || b[0]+b[2] < wx || b[1] > wy+e.height || b[1]+b[3] < wy
				if inside {
					shown = append(shown, w.Text)
				} else if !outside {
					t.Errorf("%s, sheet moved by %d, %d: %q is cut by its edge (%v)", e.name, dx, dy, w.Text, b)
				}
			}
			if got := strings.Join(shown, " "); got != want {
				t.Errorf("%s, sheet moved by %d, %d: it shows %q", e.name, dx, dy, got)
			}
		}
	}
}

func TestLetterIsTheSameBytesAndHasItsFonts(t *testing.T) {
	t.Parallel()
	first, _ := open(t, sample(t, complaint.Polish))
	second, _ := open(t, sample(t, complaint.Polish))
	if !bytes.Equal(first, second) {
		t.Error("the same letter was drawn as other bytes")
	}
	for _, want := range []string{"/FontFile2", "/Lang (pl-PL)", "/CIDToGIDMap"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("the PDF has no %s", want)
		}
	}
}

func TestIncompleteLettersAreRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*letter.Letter){
		"no address":  func(l *letter.Letter) { l.To = nil },
		"a name only": func(l *letter.Letter) { l.To = l.To[:1] },
		"long address": func(l *letter.Letter) {
			l.To = append(l.To, strings.Split(strings.Repeat("a long line of an address,", 30), ",")...)
		},
		"no text":      func(l *letter.Letter) { l.Parts = nil },
		"no reference": func(l *letter.Letter) { l.Reference = "" },
		"unprintable":  func(l *letter.Letter) { l.SlipCode = strings.Repeat("x", 5000) },
	} {
		l := sample(t, complaint.English)
		spoil(&l)
		if raw, err := letter.Draw(l); err == nil {
			t.Errorf("%s: drew %d bytes", name, len(raw))
		}
	}
}

func TestHostileTextIsDrawn(t *testing.T) {
	t.Parallel()
	l := sample(t, complaint.English)
	l.To[0] = "Name \x00\x1b[31m \u202e" + strings.Repeat("long ", 20)
	l.Parts[0].Blocks = append(l.Parts[0].Blocks, templates.Block{Text: strings.Repeat("unbroken", 500)}, templates.Block{Items: []string{"", "{pages}", "\xff"}})
	if _, pages := open(t, l); len(pages) < 2 {
		t.Errorf("%d pages", len(pages))
	}
}

// TestSheetsAreFoundByTheirCode prints sheets and reads their codes off the pages.
func TestSheetsAreFoundByTheirCode(t *testing.T) {
	t.Parallel()
	w := letter.Words{Title: "Żółta kartka", Lines: []string{"Received 20 November 2026 09:15"}, Help: "Put it on top."}
	raw, err := letter.DrawSheets("Sheets", day, []letter.Sheet{{Code: "skarga:separator", English: w, Polish: w}, {Code: "skarga:batch?id=7QK4", English: w, Polish: w}})
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, raw)
	for i, want := range []string{"skarga:separator", "skarga:batch?id=7QK4"} {
		if found := code.Find(pages[i].Gray); len(found) != 1 || found[0].Text != want {
			t.Errorf("page %d: %v", i+1, found)
		}
	}
}

func TestCoverSaysWhatIsInTheRun(t *testing.T) {
	t.Parallel()
	c := letter.Cover{Firm: "ASK4", Batch: "P-20261123-1", Printed: day, CutOff: "Post by 15:00."}
	name, kind := "Stowarzyszenie Przyjaciół Domów Studenckich imienia Mikołaja Kopernika", "ombudsman decision told (posted already), IN BRAILLE"
	for range 60 {
		c.Rows = append(c.Rows, letter.CoverRow{Reference: "ASK4-26-K7Q2M-4", Name: name, Kind: kind, Due: day, Pages: 2})
	}
	for reprint, want := range []string{"60 letters on 120 pages", "REPRINT no. 1"} {
		c.Reprint = reprint
		raw, err := letter.DrawCover(c)
		if err != nil {
			t.Fatal(err)
		}
		text := words(read(t, raw))
		for _, word := range strings.Fields(name + " " + kind) { // nothing of a row is cut
			if strings.Count(text, word) < 60 {
				t.Errorf("%q stands there %d times", word, strings.Count(text, word))
			}
		}
		if !strings.Contains(text, want) || strings.Contains(text, "REPRINT") != (reprint > 0) || strings.Count(text, "K7Q2M") != 60 {
			t.Errorf("reprint %d: %q", reprint, text)
		}
	}
}

// TestALetterShowsEverySignOrNone writes signs that the typeface does not have, and signs
// that are not seen: an empty box in a name or an answer would leave unnoticed.
func TestALetterShowsEverySignOrNone(t *testing.T) {
	t.Parallel()
	said := func(name, words string) error {
		l := sample(t, complaint.English)
		l.To[0] = name
		l.Parts[0].Blocks = append([]templates.Block{{Text: words}}, l.Parts[0].Blocks...)
		_, err := letter.Draw(l)
		return err
	}
	for name, c := range map[string][2]string{
		"the usual":    {"Zoë Łukasiewicz-O’Brien", "It cost €40 – “nothing” else… ½ of it, 20 °C."},
		"not seen":     {"Jan\u200b Nowak\ufeff", "Call \u202a+44 7700 900123\u202c ☺\ufe0f"},
		"accent apart": {"Jo\u0301zef Zo\u0308ller", "Wro\u0301blewski"},
		"Cyrillic":     {"Олена Шевченко", "Ωμέγα"},
	} {
		if err := said(c[0], c[1]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range [][3]string{{"王伟", "Hello", "王"}, {"Jan Nowak", "Thank you 😀", "😀"}} {
		if err := said(c[0], c[1]); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v; want an error that names %s", c[0], err, c[2])
		}
	}
}
