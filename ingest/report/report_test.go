package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/report"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func read(t testing.TB, name string) *message.Message {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return message.Read(bytes.NewReader(b), int64(len(b)), message.Options{})
}

func TestBounces(t *testing.T) {
	t.Parallel()
	d := func(recipient, action, status, id string) report.Delivery {
		return report.Delivery{
			Recipient: recipient, Action: action, Status: status, Permanent: status[0] == '5',
			OriginalMessageID: id,
		}
	}
	const at = "@mail.skarga.example"
	tests := map[string][]report.Delivery{
		"postfix-dsn":               {d("anna.nowak@example.org", "failed", "5.1.1", "ack.1"+at)},
		"two-recipients":            {d("first@example.org", "failed", "5.2.2", "ack.2"+at), d("second@example.org", "delayed", "4.4.1", "ack.2"+at)},
		"no-recipient-group":        {d("jan@example.org", "failed", "5.7.1", "ack.3"+at)},
		"only-diagnostic":           {d("jan@example.org", "failed", "5.2.2", "ack.4"+at)},
		"global-status":             {d("zołw@example.org", "failed", "5.1.1", "ack.5"+at)},
		"delivered":                 {d("jan@example.org", "relayed", "2.0.0", "ack.6"+at)},
		"exim":                      {d("jan.kowalski@example.org", "failed", "5.1.1", "ack.7"+at)},
		"exim-delay":                {d("jan.kowalski@example.org", "delayed", "4.4.1", "")},
		"gmail-old":                 {d("ewa@example.org", "failed", "5.1.1", "ack.8"+at)},
		"qmail":                     {d("piotr@example.org", "failed", "5.1.1", "ack.9"+at), d("olga@example.org", "failed", "5.1.2", "ack.9"+at)},
		"exchange-2003":             {d("maria@corp.example", "failed", "5.1.1", "")},
		"office365-text":            {d("tomasz@corp.example", "failed", "5.1.10", "ack.11"+at)},
		"yahoo":                     {d("hanna@yahoo.example", "failed", "5.1.1", "ack.12"+at)},
		"postfix-text":              {d("adam@example.org", "failed", "5.1.1", "")},
		"sendmail":                  {d("one@example.org", "failed", "5.1.1", ""), d("two@example.org", "failed", "5.2.2", "")},
		"words-only":                {d("karol@example.org", "failed", "5.2.2", "")},
		"polish":                    {d("beata@poczta.example", "failed", "5.2.2", "")},
		"because":                   {d("iga@notes.example", "failed", "5.1.1", "")},
		"after-rcpt":                {d("kuba@example.org", "failed", "5.1.1", "ack.31"+at)},
		"affected":                  {d("leon@gate.example", "failed", "5.2.1", ""), d("mila@gate.example", "failed", "5.2.1", "")},
		"header-first":              {d("nela@store.example", "failed", "5.1.1", "ack.32"+at)},
		"transcript-only":           {d("olek@example.org", "failed", "5.1.1", "ack.33"+at)},
		"list-of-recipients":        {d("pola@example.org", "failed", "5.2.2", "ack.34"+at)},
		"error-message":             {d("roza@java.example", "failed", "5.1.1", "")},
		"error-code":                {d("stas@example.org", "failed", "5.1.1", "")},
		"sentence":                  {d("tola@example.org", "failed", "5.7.1", "ack.35"+at)},
		"arf":                       nil,
		"not-read-receipt":          nil,
		"not-person-quotes":         nil,
		"not-failed-order":          nil,
		"not-out-of-office":         nil,
		"not-pasted-report":         nil,
		"not-undelivered-complaint": nil,
		"not-form-null-sender":      nil,
		"not-postmaster-person":     nil,
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := report.Bounces(read(t, name))
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(report.Delivery{},
				"Reason", "EnvID", "OriginalEnvelopeFrom", "OriginalRecipient", "ArrivalDate")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, g := range got {
				if g.Action == "failed" && (g.Reason == "" || strings.ContainsAny(g.Reason, "\r\n")) {
					t.Errorf("reason of %s is %q, want words in one line", g.Recipient, g.Reason)
				}
			}
		})
	}
}

func TestBouncesEnvelope(t *testing.T) {
	t.Parallel()
	got := report.Bounces(read(t, "postfix-dsn"))
	if len(got) != 1 {
		t.Fatalf("%d deliveries, want 1", len(got))
	}
	want := report.Delivery{
		Recipient: "anna.nowak@example.org", Action: "failed", Status: "5.1.1", Permanent: true,
		Reason:            "550 5.1.1 <anna.nowak@example.org>: Recipient address rejected: User unknown",
		OriginalMessageID: "ack.1@mail.skarga.example",
		EnvID:             "QQ+17=skarga", OriginalEnvelopeFrom: "complaints@skarga.example",
		ArrivalDate: time.Date(2026, 11, 2, 9, 15, 5, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAbuse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want report.Feedback
		ok   bool
	}{
		"arf":               {report.Feedback{Type: "abuse", OriginalMessageID: "ack.20@mail.skarga.example", OriginalRecipient: "zofia@provider.example"}, true},
		"arf-without-form":  {report.Feedback{Type: "abuse", OriginalMessageID: "ack.21@mail.skarga.example", OriginalRecipient: "lidia@hotmail.example"}, true},
		"apple-unsubscribe": {report.Feedback{Type: "opt-out"}, true},
		"postfix-dsn":       {},
		"not-person-quotes": {},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := report.Abuse(read(t, name))
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok %v, want %v (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
}

func FuzzBounces(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := message.Read(bytes.NewReader(b), int64(len(b)), message.Options{})
		for _, d := range report.Bounces(m) {
			if strings.ContainsAny(d.Reason, "\r\n") {
				t.Errorf("reason has several lines: %q", d.Reason)
			}
			if d.Permanent != strings.HasPrefix(d.Status, "5.") {
				t.Errorf("permanent %v with status %q", d.Permanent, d.Status)
			}
			switch d.Action {
			case "failed", "delayed", "delivered", "relayed", "expanded":
			default:
				t.Errorf("action %q", d.Action)
			}
		}
		report.Abuse(m)
		report.Machine(m, nil)
		report.PhoneNotice(m, nil)
	})
}
