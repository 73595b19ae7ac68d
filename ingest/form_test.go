package ingest_test

import (
	"bytes"
	"io"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/detail"
)

var submitted = time.Date(2026, 11, 23, 23, 59, 0, 0, time.UTC)

func polishForm() ingest.Form {
	return ingest.Form{
		ID: "d1", At: submitted, Language: complaint.Polish, AboutService: true, AboutStaff: true, StaffName: "Tomasz Nowak", AboutData: true,
		Happened: "Nie działa internet.\r\n\r\nDzwoniłem wczoraj o 14:30, nikt nie odebrał.\r\n> to jest moja własna notatka",
		Remedy:   "Proszę o zwrot pieniędzy.", Tickets: []string{"INC-204518", "moja stara sprawa"}, SpokenTo: []string{"Anna z infolinii"},
		Times: []string{"12 listopada 2026 r. o 14:30"}, Phones: []string{"0114 296 5020"}, Name: "Łucja Żak", Email: "lucja@example.pl",
		ReplyBy: complaint.ByEmail, Room: "214",
		Files: []ingest.FormFile{{Name: "zdjęcie \"1\".png", MediaType: "image/png", Open: func() (io.ReadSeekCloser, error) {
			return file{strings.NewReader(strings.Repeat("\x89PNG\r\n", 1000))}, nil
		}}},
	}
}

type file struct{ *strings.Reader }

func (file) Close() error { return nil }

func readForm(t *testing.T, f ingest.Form) (ingest.Read, []byte) {
	t.Helper()
	var raw bytes.Buffer
	if err := f.Write(&raw, mail.Address{Name: "ASK4", Address: "complaints@ask4.com"}); err != nil {
		t.Fatal(err)
	}
	return reader().ReadForm(bytes.NewReader(raw.Bytes()), int64(raw.Len()), f.At), raw.Bytes()
}

func reader() *ingest.Reader {
	return ingest.NewReader(ingest.JudgeOptions{OwnAddresses: []string{"complaints@ask4.com", "@ask4.com"}}, detail.Options{})
}

func TestFormComesBackAsItWasFilledIn(t *testing.T) {
	t.Parallel()
	f := polishForm()
	read, raw := readForm(t, f)
	want := f
	want.ID, want.At, want.Files = "", time.Time{}, nil
	if diff := cmp.Diff(&want, read.Form); diff != "" {
		t.Error(diff)
	}
	m := read.Message
	if len(m.Damaged) > 0 || len(m.Attachments) != 1 || m.Attachments[0].Filename != `zdjęcie "1".png` || m.Attachments[0].Size != 6000 {
		t.Errorf("damaged %q, attachments %+v", m.Damaged, m.Attachments)
	}
	if read.Language != complaint.Polish || !strings.Contains(read.NewText, "własna notatka") {
		t.Errorf("language %q, text %q: what looks like a quotation is the customer's own", read.Language, read.NewText)
	}
	for i, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 998 {
			t.Fatalf("line %d has %d bytes (RFC 5322 section 2.1.1)", i, len(line))
		}
	}
	// The raw bytes are a message like any other.
	plain := reader().Explain(bytes.NewReader(raw), int64(len(raw)))
	if !strings.Contains(plain.Text, "Dzwoniłem wczoraj") || len(plain.Damaged) > 0 {
		t.Errorf("read as a message: %q, %q", plain.Text, plain.Damaged)
	}
}

func TestP09FormFieldsAreSureAndAtTheirPlace(t *testing.T) {
	t.Parallel()
	read, _ := readForm(t, polishForm())
	text := []rune(read.Message.Text)
	sure := map[complaint.DetailKind][]string{}
	for _, d := range read.Details {
		if d.Where.Part == "text" && string(text[d.Where.Start:d.Where.End]) != d.Text {
			t.Errorf("%s %q is not at %+v", d.Kind, d.Text, d.Where)
		}
		if d.Confidence == 1 {
			sure[d.Kind] = append(sure[d.Kind], d.Value)
		}
	}
	for kind, want := range map[complaint.DetailKind][]string{
		complaint.DetailTicket: {"INC-204518", "moja stara sprawa"}, complaint.DetailStaff: {"Tomasz Nowak", "Anna z infolinii"},
		complaint.DetailTime: {"2026-11-12T14:30:00Z"}, complaint.DetailPhone: {"+441142965020"}, complaint.DetailName: {"Łucja Żak"},
		complaint.DetailEmail: {"lucja@example.pl"}, complaint.DetailRoom: {"214"}, complaint.DetailPersonalData: {"about"},
	} {
		if diff := cmp.Diff(want, sure[kind]); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestFormAnswersAreNotBelievedInMailAndOddFormsAreHeld(t *testing.T) {
	t.Parallel()
	f := polishForm()
	f.ComplaintID, f.Doubts = "somebody else's", []string{"the hidden field was filled"}
	read, raw := readForm(t, f)
	if read.Judgement.Answer != ingest.AnswerHold || read.Form.ComplaintID != f.ComplaintID {
		t.Errorf("a doubtful form is judged %+v", read.Judgement)
	}
	if as := reader().Read(bytes.NewReader(raw), int64(len(raw)), submitted); as.Form != nil {
		t.Error("an e-mail may say that it is a form")
	}
	other := []byte("From: a@b.example\r\nSubject: x\r\n\r\nNo form.\r\n")
	if as := reader().ReadForm(bytes.NewReader(other), int64(len(other)), submitted); as.Form != nil || as.Judgement.Answer != ingest.AnswerHold || as.Message == nil {
		t.Errorf("what is no form is read as %+v", as.Judgement)
	}
}

func TestFormValuesCannotAddHeaderFields(t *testing.T) {
	t.Parallel()
	f := polishForm()
	evil := "x\r\nBcc: victim@example.org\r\n\r\n<script>"
	f.Name, f.Email, f.Happened, f.Files[0].Name = evil, "a@b.example\r\nBcc: v@example.org", evil, evil
	read, _ := readForm(t, f)
	if h := read.Message.Header; h["Bcc"] != nil || read.Form.Happened != evil || len(read.Message.Attachments) != 1 {
		t.Errorf("header %v, attachments %+v", h, read.Message.Attachments)
	}
}
