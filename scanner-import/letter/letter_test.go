package letter_test

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/letter"
)

// set lays a letter out in columns: each line is 6 mm below the one before it, each
// sign 2.2 mm wide, and leading spaces stand for 2.2 mm each. Three or more spaces
// part what stands side by side.
func set(text string) layout.Text {
	var words []layout.Word
	paragraph, line := 0, 0
	for i, l := range strings.Split(strings.Trim(text, "\n"), "\n") {
		if strings.TrimSpace(l) == "" {
			paragraph, line = paragraph+1, 0
			continue
		}
		runes := []rune(l)
		for x := 0; x < len(runes); {
			if runes[x] == ' ' {
				x++
				continue
			}
			end := x
			for end < len(runes) && runes[end] != ' ' {
				end++
			}
			words = append(words, layout.Word{Text: string(runes[x:end]), Confidence: 0.95, Paragraph: paragraph, Line: line,
				Box: layout.Box{1500 + 220*x, 2000 + 600*i, 220 * (end - x), 300}})
			x = end
		}
		line++
	}
	return layout.Join(map[int][]layout.Word{1: words}, []int{1})
}

func read(text string) (letter.Sender, layout.Text) {
	t := set(text)
	finder := detail.New(detail.Options{Own: []string{"complaints@ask4.com"}})
	s, _ := letter.Read(t, finder.Find("text", t.String, time.Time{}), letter.Options{Firm: []string{"ASK4", "ASK4 Complaints", "Devonshire Green House", "14 Fitzwilliam Street", "Sheffield S1 4JL"}})
	return s, t
}

func TestSenders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text                    string
		name, address, postcode string
		written, salutation     string
	}{
		"sender at the right": {`
                                             Margaret Holloway
                                             27 Clarkehouse Road
                                             Sheffield
                                             S10 2TN

ASK4 Complaints
Devonshire Green House
14 Fitzwilliam Street
Sheffield S1 4JL

18 November 2026

Dear Sir or Madam,

The line has been dead for a week.

Yours faithfully,


Margaret Holloway`, "Margaret Holloway", "27 Clarkehouse Road, Sheffield, S10 2TN", "S10 2TN", "2026-11-18", "Dear Sir or Madam"},
		"address without a name, side by side with the firm's": {`
ASK4 Complaints                              Flat 3
Devonshire Green House                       118 Cardigan Lane
14 Fitzwilliam Street                        Leeds
Sheffield S1 4JL                             LS6 3PQ

                                             9th November 2026

Dear ASK4,

The line has been dead for a week.

Kind regards

J. O'Connor`, "J. O'Connor", "Flat 3, 118 Cardigan Lane, Leeds, LS6 3PQ", "LS6 3PQ", "2026-11-09", "Dear ASK4"},
		"firm at an address that is not configured": {`
Mrs Susan Patel
55 Welford Road
Leicester LE2 7EA

Customer Relations Department
ASK4 Limited
PO Box 730
Warrington WA4 6WU

1 November 2026

To whom it may concern

My bill is wrong.

Yours sincerely
Susan Patel`, "Susan Patel", "55 Welford Road, Leicester LE2 7EA", "LE2 7EA", "2026-11-01", "To whom it may concern"},
		"only under the signature, Polish": {`
ASK4 Complaints
Devonshire Green House
14 Fitzwilliam Street
Sheffield S1 4JL

                                     Kraków, 18 listopada 2026 r.

Szanowni Państwo,

Internet nie działa od tygodnia.

Z poważaniem

Agnieszka Wróblewska
ul. Długa 27/4
31-154 Kraków`, "Agnieszka Wróblewska", "ul. Długa 27/4, 31-154 Kraków", "31-154", "2026-11-18", "Szanowni Państwo"},
		"country below a Polish address": {`
Agnieszka Wróblewska
ul. Długa 27/4
31-154 Kraków
Polska

ASK4 Complaints
Devonshire Green House
14 Fitzwilliam Street
Sheffield S1 4JL

Szanowni Państwo,

Internet nie działa.

Z poważaniem
Agnieszka Wróblewska`, "Agnieszka Wróblewska", "ul. Długa 27/4, 31-154 Kraków, Polska", "31-154", "", "Szanowni Państwo"},
		"country in the line": {`
Name: Jan Lis
Address: ul. Polna 7/12, 31-042 Kraków, Poland

Dear Sirs

The line is dead.

Jan Lis`, "Jan Lis", "ul. Polna 7/12, 31-042 Kraków, Poland", "31-042", "", "Dear Sirs"},
		"country in capitals, no postcode of ours below": {`
Ruth Adeyemi
3 Buccleuch Place
Edinburgh
EH8 9LW
UNITED KINGDOM

Dear Sir or Madam

The line is dead.

Regards
Ruth Adeyemi`, "Ruth Adeyemi", "3 Buccleuch Place, Edinburgh, EH8 9LW, UNITED KINGDOM", "EH8 9LW", "", "Dear Sir or Madam"},
		"labels": {`
Name: Oliver Bennett
Address: Flat 21, The Quadrant, 402 Bristol Road, Birmingham B29 6QA
Date: 27/10/2026

Dear Sirs

I want my money back.

Oliver Bennett`, "Oliver Bennett", "Flat 21, The Quadrant, 402 Bristol Road, Birmingham B29 6QA", "B29 6QA", "2026-10-27", "Dear Sirs"},
		"label over several lines": {`
Complaint

From: Ruth Adeyemi
      3 Buccleuch Place
      Edinburgh EH8 9LW

To:   ASK4 Complaints
      Sheffield S1 4JL

Dear Sir or Madam

The line is dead.

Regards
R Adeyemi`, "Ruth Adeyemi", "3 Buccleuch Place, Edinburgh EH8 9LW", "EH8 9LW", "", "Dear Sir or Madam"},
		"misread postcode": {`
Daniel Kirkbride
22 Heslington Lane
York
YO1O 3DD

Dear Sir,

The line is dead.

Yours faithfully
Daniel Kirkbride`, "Daniel Kirkbride", "22 Heslington Lane, York, YO10 3DD", "YO10 3DD", "", "Dear Sir"},
		"in the middle of the head": {`
                              Eleanor Davies
               15 Colum Terrace, Cathays, Cardiff, CF24 4HY
                      eleanor.davies@example.org

ASK4 Complaints
Devonshire Green House
14 Fitzwilliam Street
Sheffield S1 4JL

Dear Sir or Madam,

The line is dead.

Yours faithfully,

Eleanor Davies`, "Eleanor Davies", "15 Colum Terrace, Cathays, Cardiff, CF24 4HY", "CF24 4HY", "", "Dear Sir or Madam"},
		"without an address": {`
ASK4 Complaints
Devonshire Green House
14 Fitzwilliam Street
Sheffield S1 4JL

Dear Sir or Madam,

The line is dead. Please call me.

Yours faithfully,

Henry Fairclough`, "Henry Fairclough", "", "", "", "Dear Sir or Madam"},
		"another postcode in the text": {`
Thomas Whitfield
63 Egerton Crescent
Manchester M14 5RB

ASK4 Complaints
Sheffield S1 4JL

Dear Sir or Madam,

I moved here from my old flat at LS1 4AB in September and since then the line
has been dead every evening. The exchange at M1 1AE is said to be at fault.

Yours faithfully,

Thomas Whitfield`, "Thomas Whitfield", "63 Egerton Crescent, Manchester M14 5RB", "M14 5RB", "", "Dear Sir or Madam"},
		"address in the text": {`
Dear Sir or Madam,

My name is Ewa Nowicka and I live at 8 Tempest Road, Beeston, Leeds, LS11 5HN. The line
has been dead for a week.

Ewa Nowicka`, "Ewa Nowicka", "8 Tempest Road, Beeston, Leeds, LS11 5HN", "LS11 5HN", "", "Dear Sir or Madam"},
		"name that is a street too": {`
                                             Helen Park
                                             Room 12, Newton Hall
                                             8 Lenton Boulevard
                                             Nottingham NG7 1FD

Dear Complaints Team,

The line is dead.

Best wishes,
Helen Park`, "Helen Park", "Room 12, Newton Hall, 8 Lenton Boulevard, Nottingham NG7 1FD", "NG7 1FD", "", "Dear Complaints Team"},
	} {
		got, text := read(c.text)
		check := func(field, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %s %q, want %q", name, field, got, want)
			}
		}
		check("name", got.Name.Value, c.name)
		check("address", got.Address.Value, c.address)
		check("postcode", got.Postcode.Value, c.postcode)
		check("date", got.Written.Value, c.written)
		check("salutation", got.Salutation.Value, c.salutation)
		for _, f := range []letter.Field{got.Name, got.Address, got.Postcode, got.Written, got.Salutation} {
			if f.Value == "" {
				continue
			}
			runes := []rune(text.String)
			if f.Start < 0 || f.End > len(runes) || string(runes[f.Start:f.End]) != f.Text || f.Page != 1 || f.Box[2] <= 0 || f.Confidence <= 0 || f.Confidence > 1 {
				t.Errorf("%s: %+v has no right place", name, f)
			}
		}
	}
}

func TestMendedPostcodesAreLessSure(t *testing.T) {
	t.Parallel()
	clean, _ := read("Daniel Kirkbride\n22 Heslington Lane\nYork\nYO10 3DD\n\nDear Sir,\n\nRegards\nDaniel Kirkbride")
	mended, _ := read("Daniel Kirkbride\n22 Heslington Lane\nYork\nYO1O 3DD\n\nDear Sir,\n\nRegards\nDaniel Kirkbride")
	if mended.Postcode.Value != clean.Postcode.Value || mended.Postcode.Confidence >= clean.Postcode.Confidence-0.1 {
		t.Errorf("mended %q at %.2f, clean %q at %.2f", mended.Postcode.Value, mended.Postcode.Confidence, clean.Postcode.Value, clean.Postcode.Confidence)
	}
}

func TestRoomAndBuilding(t *testing.T) {
	t.Parallel()
	got, _ := read("Priya Raman\nRoom B12, Newton Hall\n8 Lenton Boulevard\nNottingham NG7 1FD\n\nDear Sir,\n\nRegards\nPriya Raman")
	if got.Room.Value != "B12" || got.Building.Value != "Newton Hall" {
		t.Errorf("room %q in %q, want B12 in Newton Hall", got.Room.Value, got.Building.Value)
	}
}
