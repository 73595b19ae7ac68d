package ingest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message/mail"

	"ask4.com/skarga/complaint"
)

// Form is what a customer sent by the online form (P8, P9, P11). As an arrival it
// is an RFC 5322 message: a text that people read, the files as attachments, and
// the answers in a header field of their own, which is believed in arrivals of the
// form's channel only.
type Form struct {
	ID          string             `json:"-"`                   // of the draft, and of the arrival that it becomes
	At          time.Time          `json:"-"`                   // of the submit; the 24 hours of P12 run from here
	ComplaintID string             `json:"complaint,omitempty"` // complaint that it adds to, its sender proven; empty for a new one
	Request     FormRequest        `json:"request,omitempty"`   // with ComplaintID only
	Language    complaint.Language `json:"language"`            // of the pages that the customer read

	AboutService bool   `json:"about_service,omitempty"`
	AboutStaff   bool   `json:"about_staff,omitempty"` // P8
	StaffName    string `json:"staff_name,omitempty"`  // whom it is about; may be empty
	AboutData    bool   `json:"about_data,omitempty"`  // P10

	Happened string   `json:"happened"`
	Remedy   string   `json:"remedy,omitempty"`
	Tickets  []string `json:"tickets,omitempty"` // P9, and so on to Emails
	SpokenTo []string `json:"spoken_to,omitempty"`
	Times    []string `json:"times,omitempty"`
	Phones   []string `json:"phones,omitempty"` // called from, for the call logs only
	Emails   []string `json:"emails,omitempty"`

	Name      string        `json:"name,omitempty"`      // who filled the form in
	Customer  string        `json:"customer,omitempty"`  // the customer, where Name represents them
	Authority string        `json:"authority,omitempty"` // why Name may; may be empty
	Account   string        `json:"account,omitempty"`
	Building  string        `json:"building,omitempty"`
	Room      string        `json:"room,omitempty"`
	ReplyBy   complaint.Way `json:"reply_by,omitempty"`
	Email     string        `json:"email,omitempty"` // where answers go, by e-mail
	Post      []string      `json:"post,omitempty"`  // postal address, lines; complete with ByLetter
	Needs     string        `json:"needs,omitempty"` // what makes answers easier to read, e.g. large print

	Doubts []string   `json:"doubts,omitempty"` // why it may come from a robot; a person looks first
	Files  []FormFile `json:"-"`
}

// FormRequest is what a customer asks for on the status page after a response
// (P15).
type FormRequest string

// The requests.
const (
	RequestEscalation FormRequest = "escalation"
	RequestAppeal     FormRequest = "appeal"
)

// FormFile is one file that the customer added.
type FormFile struct {
	Name      string
	MediaType string
	Open      func() (io.ReadSeekCloser, error)
}

// formField is the header field that carries the answers: base64 of JSON.
const formField = "Form-Data"

// Write writes the form as a message to the firm's address. The same form gives
// the same content, but for the boundary.
func (f Form) Write(w io.Writer, to mail.Address) error {
	h, err := f.header(to)
	if err != nil {
		return err
	}
	mw, err := mail.CreateWriter(w, h)
	if err != nil {
		return fmt.Errorf("ingest: write form: %w", err)
	}
	var ih mail.InlineHeader
	ih.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	pw, err := mw.CreateSingleInline(ih)
	if err != nil {
		return fmt.Errorf("ingest: write form: %w", err)
	}
	text, _ := f.text()
	if _, err := io.WriteString(pw, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		return fmt.Errorf("ingest: write form: %w", err)
	}
	if err := pw.Close(); err != nil {
		return fmt.Errorf("ingest: write form: %w", err)
	}
	for _, file := range f.Files {
		if err := file.write(mw); err != nil {
			return fmt.Errorf("ingest: write form: file %q: %w", file.Name, err)
		}
	}
	if err := mw.Close(); err != nil {
		return fmt.Errorf("ingest: write form: %w", err)
	}
	return nil
}

func (f Form) header(to mail.Address) (h mail.Header, err error) {
	data, err := json.Marshal(f)
	if err != nil {
		return h, fmt.Errorf("ingest: write form: %w", err)
	}
	_, domain, _ := strings.Cut(to.Address, "@")
	h.SetDate(f.At)
	h.SetAddressList("To", []*mail.Address{&to})
	if f.Email != "" {
		h.SetAddressList("From", []*mail.Address{{Name: oneLine(f.Name), Address: oneLine(f.Email)}})
	}
	h.SetSubject(f.subject())
	h.SetMessageID(f.ID + ".form@" + domain)
	code := base64.StdEncoding.EncodeToString(data)
	h.Set(formField, strings.Join(slices.Collect(pieces(code, 72)), " "))
	return h, nil
}

// pieces cuts a string, for the folding of a long header field (RFC 5322 section
// 2.2.3).
func pieces(s string, n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(s) > n {
			if !yield(s[:n]) {
				return
			}
			s = s[n:]
		}
		yield(s)
	}
}

func (file FormFile) write(mw *mail.Writer) error {
	var h mail.AttachmentHeader
	h.SetContentType(file.MediaType, nil)
	h.SetFilename(oneLine(file.Name))
	w, err := mw.CreateAttachment(h)
	if err != nil {
		return err
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	return w.Close()
}

// parseForm reads the answers back from the header of a form's arrival.
func parseForm(header map[string][]string) (f Form, err error) {
	values := header[formField]
	if len(values) != 1 {
		return f, fmt.Errorf("ingest: the form has %d fields %s", len(values), formField)
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(values[0]), ""))
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		return f, fmt.Errorf("ingest: the form's answers are damaged: %w", err)
	}
	return f, nil
}

// subject is the beginning of what happened, for lists: the form asks for none.
func (f Form) subject() string {
	first, _, _ := strings.Cut(strings.TrimSpace(f.Happened), "\n")
	return clip(oneLine(first), 70)
}

// oneLine folds white space and control signs.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
}

// span is where a value of the form stands in its text, in runes.
type span struct {
	kind       complaint.DetailKind // "" for what is no detail
	value      string
	start, end int
}

// section is one question with its answers, as people read them.
type section struct {
	label  string
	kind   complaint.DetailKind
	values []string
}

// text writes the answers for people, in the language of the pages, and says
// where each value stands.
func (f Form) text() (string, []span) {
	var b strings.Builder
	var spans []span
	runes := 0
	write := func(s string) {
		b.WriteString(s)
		runes += utf8.RuneCountInString(s)
	}
	for _, s := range f.sections() {
		values := slices.DeleteFunc(s.values, func(v string) bool { return v == "" })
		if len(values) == 0 {
			continue
		}
		if runes > 0 {
			write("\n")
		}
		write(s.label + "\n")
		for _, v := range values {
			start := runes
			write(v)
			spans = append(spans, span{s.kind, v, start, runes})
			write("\n")
		}
	}
	return b.String(), spans
}

// sections are the answers in the order of the pages. White space around them and
// line ends of other systems are gone.
func (f Form) sections() []section {
	l := formLabels[f.Language]
	if l == nil {
		l = formLabels[complaint.English]
	}
	clean := func(list ...string) []string {
		var out []string
		for _, v := range list {
			out = append(out, cleanText(v))
		}
		return out
	}
	var about []string
	for i, yes := range []bool{f.AboutService, f.AboutStaff, f.AboutData} {
		if yes {
			about = append(about, l[[]string{"service", "staff", "data"}[i]])
		}
	}
	return []section{
		{l["request"], "", clean(l[string(f.Request)])},
		{l["about"], "", about},
		{l["staff_name"], complaint.DetailStaff, clean(f.StaffName)},
		{l["happened"], "", clean(f.Happened)},
		{l["remedy"], "", clean(f.Remedy)},
		{l["tickets"], complaint.DetailTicket, clean(f.Tickets...)},
		{l["spoken_to"], complaint.DetailStaff, clean(f.SpokenTo...)},
		{l["times"], complaint.DetailTime, clean(f.Times...)},
		{l["phones"], complaint.DetailPhone, clean(f.Phones...)},
		{l["emails"], "", clean(f.Emails...)},
		{l["name"], complaint.DetailName, clean(f.Name)},
		{l["customer"], complaint.DetailName, clean(f.Customer)},
		{l["authority"], "", clean(f.Authority)},
		{l["account"], complaint.DetailAccount, clean(f.Account)},
		{l["building"], "", clean(f.Building)},
		{l["room"], complaint.DetailRoom, clean(f.Room)},
		{l["reply_by"], "", clean(l[string(f.ReplyBy)])},
		{l["email"], complaint.DetailEmail, clean(f.Email)},
		{l["post"], complaint.DetailAddress, clean(strings.Join(f.Post, ", "))},
		{l["needs"], "", clean(f.Needs)},
	}
}

// cleanText has the line ends of Unix and no white space at the ends of lines.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\x00", "")
	lines := strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// formLabels are the headings of the text, by what they stand above.
var formLabels = map[complaint.Language]map[string]string{
	complaint.English: {
		"request": "What the customer asks for", "escalation": "That a manager looks at the complaint", "appeal": "That the decision is looked at again",
		"about": "What the complaint is about", "service": "The service", "staff": "A member of staff", "data": "Personal data",
		"staff_name": "The member of staff", "happened": "What happened", "remedy": "What would put it right",
		"tickets": "Ticket or case numbers", "spoken_to": "Staff spoken to", "times": "Dates and times", "phones": "Numbers called from",
		"emails": "Emails exchanged", "name": "Name", "customer": "On behalf of", "authority": "Their relation to the customer",
		"account": "Account number", "building": "Building", "room": "Room or flat", "reply_by": "How to answer",
		"email": "Email address", "letter": "By post", "post": "Postal address", "needs": "What makes answers easier to read",
	},
	complaint.Polish: {
		"request": "O co prosi klient", "escalation": "O rozpatrzenie skargi przez kierownika", "appeal": "O ponowne rozpatrzenie decyzji",
		"about": "Czego dotyczy skarga", "service": "Usługi", "staff": "Pracownika", "data": "Danych osobowych",
		"staff_name": "Pracownik, którego dotyczy skarga", "happened": "Co się stało", "remedy": "Czego oczekuje klient",
		"tickets": "Numery zgłoszeń", "spoken_to": "Z kim klient rozmawiał", "times": "Daty i godziny", "phones": "Numery, z których klient dzwonił",
		"emails": "Wymienione e-maile", "name": "Imię i nazwisko", "customer": "W imieniu", "authority": "Kim jest dla klienta",
		"account": "Numer klienta", "building": "Budynek", "room": "Pokój lub mieszkanie", "reply_by": "Sposób odpowiedzi",
		"email": "Adres e-mail", "letter": "Listem", "post": "Adres pocztowy", "needs": "Co ułatwi czytanie odpowiedzi",
	},
}
