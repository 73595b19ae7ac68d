package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// url is the address of the firm's pages.
func (f *firm) url(path string) string {
	f.Helper()
	f.wait("the pages", func() bool { return f.app.webURL.Load() != nil })
	return f.app.webURL.Load().(string) + path
}

// forms lists the arrivals of the online form.
func (f *firm) forms() (list []complaint.Arrival) {
	f.Helper()
	all, err := f.app.store.ListArrivals(f.Context(), store.ArrivalFilter{Limit: 1000})
	if err != nil {
		f.Fatal(err)
	}
	return slices.DeleteFunc(all, func(a complaint.Arrival) bool { return a.Channel != complaint.ChannelForm })
}

// writeFile makes a file of the test.
func writeFile(t testing.TB, name string, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, bytes.Repeat([]byte("\x89PNG\r\n\x1a\n"), size/8), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// next presses the page's main button and checks where it led.
func next(t testing.TB, b *testserver.Tab, path string) {
	t.Helper()
	b.Press("main .actions .button")
	if got := b.Address(); !strings.HasSuffix(got, path) {
		t.Fatalf("at %s, want %s\n%s", got, path, b.Text())
	}
}

// fillPolish fills the Polish form in up to the last page.
func fillPolish(t testing.TB, f *firm, b *testserver.Tab, address string, files ...string) {
	t.Helper()
	b.Open(f.url("/pl/skarga"))
	next(t, b, "/pl/skarga/temat")
	b.Click("#about-service")
	b.Click("#about-staff")
	b.Click("#about-data")
	next(t, b, "/pl/skarga/pracownik")
	b.Type("staff_name", "Tomasz Nowak")
	next(t, b, "/pl/skarga/co-sie-stalo")
	b.Fill("happened", "Od tygodnia nie działa u nas internet.\nNikt nie odpowiada na zgłoszenia, a technik nie przyszedł.")
	next(t, b, "/pl/skarga/oczekiwania")
	b.Type("remedy", "Proszę o naprawę łącza i zwrot opłaty za listopad.")
	next(t, b, "/pl/skarga/szczegoly")
	b.Fill("tickets", "INC-204518\nINC-204519")
	b.Fill("spoken_to", "Anna Kowalska")
	b.Fill("times", "12 listopada 2026 r. o 14:30")
	b.Fill("phones", "0114 296 5020")
	next(t, b, "/pl/skarga/pliki")
	if len(files) > 0 {
		b.Attach("files", files...)
	}
	next(t, b, "/pl/skarga/w-czyim-imieniu")
	b.Click("#forwhom-me")
	next(t, b, "/pl/skarga/dane")
	b.Type("name", "Łucja Żak")
	b.Type("room", "214")
	next(t, b, "/pl/skarga/odpowiedz")
	b.Click("#reply-email")
	next(t, b, "/pl/skarga/e-mail")
	b.Type("email", address)
	next(t, b, "/pl/skarga/sprawdz")
}

// TestP08P09P10P12P17FormInPolishWithFilesAndWithoutScripts is a customer with a phone
// at midnight.
func TestP08P09P10P12P17FormInPolishWithFilesAndWithoutScripts(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		b := testserver.Browser(t, testserver.Look{Width: 360, NoScript: true})
		fillPolish(t, f, b, "lucja@mailbox.example", writeFile(t, "zdjęcie routera.png", 300<<10), writeFile(t, "rachunek.png", 4096))
		for _, want := range []string{"zdjęcie routera.png", "INC-204519", "Łucja Żak", "zwrot opłaty", "technik nie przyszedł"} {
			if !strings.Contains(b.Text(), want) {
				t.Errorf("the last page does not show %q:\n%s", want, b.Text())
			}
		}
		before := time.Now()
		next(t, b, "/pl/skarga/wyslano")
		ref := complaint.Reference(testserver.Ask[string](b, `document.getElementById("reference").innerText`))
		v, err := f.app.store.ComplaintView(t.Context(), ref)
		if err != nil {
			t.Fatalf("the page shows the reference %q: %v", ref, err)
		}
		a := v.Arrivals[0]
		if c := v.Complaint; c.Channel != complaint.ChannelForm || c.Language != complaint.Polish || !c.PersonalData || c.CustomerName != "Łucja Żak" ||
			c.ReceivedAt.Before(before.Add(-time.Minute)) || !strings.HasPrefix(c.Summary, "Od tygodnia") {
			t.Errorf("record %+v", c)
		}
		if r := v.Record; r.Room != "214" || !strings.HasPrefix(r.Remedy, "Proszę o naprawę") {
			t.Errorf("record %+v", r)
		}
		if len(v.Abouts) != 1 || v.Abouts[0].Staff != "Tomasz Nowak" || v.Abouts[0].State != complaint.AboutProvisional {
			t.Errorf("P8: about %+v", v.Abouts)
		}
		for kind, want := range map[complaint.DetailKind]string{complaint.DetailTicket: "INC-204519", complaint.DetailPhone: "+441142965020", complaint.DetailStaff: "Tomasz Nowak"} {
			if !slices.ContainsFunc(v.Details, func(d store.Found) bool { return d.Kind == kind && d.Value == want && d.Confidence == 1 }) {
				t.Errorf("P9: no sure %s %q among %+v", kind, want, v.Details)
			}
		}
		if !slices.ContainsFunc(a.Reasons, func(r string) bool { return strings.Contains(r, "P8") && strings.Contains(r, "Tomasz Nowak") }) {
			t.Errorf("P8: whom it is about is not told: %q", a.Reasons)
		}
		_, mail := f.answered(a)
		if !slices.Equal(mail.To, []string{"lucja@mailbox.example"}) || !strings.Contains(mail.read.Text, "Otrzymaliśmy") && !strings.Contains(mail.read.Subject, "Otrzymaliśmy") ||
			!strings.Contains(mail.read.Text, string(ref)) || !strings.Contains(mail.read.Text, "ico.org.uk") {
			t.Errorf("acknowledgement to %q: %s\n%s", mail.To, mail.read.Subject, mail.read.Text)
		}
		raw, err := f.app.store.OpenRaw(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		read := f.app.reader.ReadForm(raw, a.Size, a.ArrivedAt)
		var names []string
		for _, at := range read.Message.Attachments {
			names = append(names, fmt.Sprint(at.Filename, " ", at.Size))
		}
		if want := []string{"zdjęcie routera.png 307200", "rachunek.png 4096"}; !slices.Equal(names, want) {
			t.Errorf("files %q, want %q", names, want)
		}
	})
}

func TestP11EveryPageSaysThatPhoneIsNoChannel(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	for path, want := range map[string]string{
		"/en/": "not take complaints by phone", "/en/policy": "not take complaints by phone", "/pl/zasady": "nie przyjmujemy przez telefon",
		"/en/complaint": "not take complaints by phone", "/pl/skarga": "nie przyjmujemy przez telefon", "/pl/stan-sprawy": "nie przyjmujemy przez telefon",
		"/en/complaint/check": "not take complaints by phone", "/en/complaint/details": "only to find your calls in our call logs. We will not call you.",
	} {
		if p := v.get(path); p.path != path || !strings.Contains(p.body, want) {
			t.Errorf("%s (at %s) does not say %q", path, p.path, want)
		}
	}
	// No field of any page takes a number to be called back on.
	for _, path := range []string{"/en/complaint/your-details", "/en/complaint/reply", "/en/complaint/email"} {
		if p := v.get(path); strings.Contains(p.body, `type="tel"`) || strings.Contains(p.body, `autocomplete="tel"`) || strings.Contains(p.body, `value="phone"`) {
			t.Errorf("%s asks for a phone", path)
		}
	}
}
