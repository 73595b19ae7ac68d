package ingest

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/detail"
)

// TestP08WhomAMessageMayBeAbout: a name in the text makes a member of staff its
// possible subject; whom the form's own field says was spoken to is evidence (P9).
func TestP08WhomAMessageMayBeAbout(t *testing.T) {
	t.Parallel()
	staff := []complaint.Person{
		{Name: "Tomasz Nowak", Aliases: []string{"Tomek"}, Address: "t.nowak@ask4.com"},
		{Name: "Anna Kowalska"}, {Name: "Jan Kowalska"}, {Name: "Zofia Wójcik"},
	}
	var names []detail.StaffName
	for _, p := range staff {
		names = append(names, detail.StaffName{Name: p.Name, Aliases: p.Aliases})
	}
	in := NewIntake(nil, NewReader(JudgeOptions{}, detail.Options{Staff: names}), nil, Options{Staff: staff})
	mail := func(text string) Read { return in.reader.Read(messageOf(text)) }
	form := func(f Form) Read { return in.reader.ReadForm(messageOfForm(t, f)) }
	for name, tc := range map[string]struct {
		read Read
		want []string
	}{
		"nobody":              {mail("The internet is slow."), nil},
		"by name":             {mail("Tomasz Nowak was rude to me."), []string{"Tomasz Nowak"}},
		"in Polish":           {mail("Rozmawiałam z Tomaszem Nowakiem, był niemiły."), []string{"Tomasz Nowak"}},
		"by alias":            {mail("A man called Tomek hung up."), []string{"Tomasz Nowak"}},
		"by address":          {mail("t.nowak@ask4.com does not answer me."), []string{"Tomasz Nowak"}},
		"a shared last name":  {mail("Mrs Kowalska was rude."), []string{"Anna Kowalska", "Jan Kowalska"}},
		"a name of their own": {mail("Anna Kowalska was rude."), []string{"Anna Kowalska"}},
		"form, its field":     {form(Form{AboutStaff: true, StaffName: "zofia", Happened: "She was rude."}), []string{"Zofia Wójcik"}},
		"form, no such name":  {form(Form{AboutStaff: true, StaffName: "a tall man", Happened: "He was rude."}), nil},
		"form, spoken to":     {form(Form{AboutService: true, Happened: "It is slow.", SpokenTo: []string{"Tomasz Nowak"}}), nil},
		"form, in its text":   {form(Form{AboutService: true, Happened: "Tomasz Nowak was rude.", SpokenTo: []string{"Tomasz Nowak"}}), []string{"Tomasz Nowak"}},
	} {
		if got := in.named(tc.read); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	for text, want := range map[string][]string{
		"Dear Mr Nowak,\nThank you.":                        nil,
		"Dear Mr Nowak,\nYou, Tomasz Nowak, lied to me.":    {"Tomasz Nowak"},
		"Witam Panie Nowak,\ndziękuję.":                     nil,
		"Thank you.\n\nOn Monday Tomasz Nowak wrote:\n> Hi": nil,
	} {
		if got := in.namedAnew(mail(text)); !slices.Equal(got, want) {
			t.Errorf("later message %q: %q, want %q", text, got, want)
		}
	}
}

func messageOf(text string) (io.ReadSeeker, int64, time.Time) {
	raw := fmt.Sprintf("From: emily@student.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", text)
	return strings.NewReader(raw), int64(len(raw)), time.Time{}
}

func messageOfForm(t *testing.T, f Form) (io.ReadSeeker, int64, time.Time) {
	t.Helper()
	f.ID, f.At, f.Language = "d1", time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), complaint.English
	var raw bytes.Buffer
	if err := f.Write(&raw, mail.Address{Address: "complaints@ask4.com"}); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(raw.Bytes()), int64(raw.Len()), f.At
}
