package ingest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
	"github.com/google/go-cmp/cmp"
)

func judgeFile(t *testing.T, name string, opt ingest.JudgeOptions) ingest.Judgement {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "judge", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Judge(message.Read(bytes.NewReader(b), int64(len(b)), message.Options{}), opt)
}

func judgeOptions() ingest.JudgeOptions {
	return ingest.JudgeOptions{
		PhoneSystems: []string{"pbx.skarga.example"},
		OwnDomains:   []string{"skarga.example"},
		OwnAddresses: []string{"complaints@skarga.example", "@mail.skarga.example"},
		AuthservIDs:  []string{"mx.skarga.example"},
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	type verdict struct {
		Kind   ingest.Kind
		Answer ingest.Answer
		Why    string // part of one of the reasons
	}
	const (
		ack  = ingest.AnswerAcknowledge
		hold = ingest.AnswerHold
		none = ingest.AnswerNone
	)
	tests := map[string]verdict{
		"complaint":                 {ingest.KindComplaint, ack, "P12"},
		"complaint-polish":          {ingest.KindComplaint, ack, "P12"},
		"reply":                     {ingest.KindReply, ack, "P12"},
		"auto-submitted-no":         {ingest.KindComplaint, ack, "P12"},
		"out-of-office":             {ingest.KindAutomatic, hold, "Auto-Submitted: auto-replied (RFC 3834 section 5)"},
		"out-of-office-polish":      {ingest.KindAutomatic, hold, "subject is that of an automatic reply"},
		"out-of-office-x-autoreply": {ingest.KindAutomatic, hold, "X-Autoreply"},
		"newsletter":                {ingest.KindAutomatic, hold, "List-Id"},
		"no-reply-form":             {ingest.KindAutomatic, hold, "takes no replies"},
		"null-sender":               {ingest.KindAutomatic, hold, "envelope sender is empty"},
		"spam-flag":                 {ingest.KindComplaint, hold, "X-Spam-Flag"},
		"spam-status":               {ingest.KindComplaint, hold, "X-Spam-Status"},
		"not-spam":                  {ingest.KindComplaint, ack, "P12"},
		"dmarc-fail":                {ingest.KindComplaint, hold, "mx.skarga.example reports a DMARC failure"},
		"dmarc-fail-stranger":       {ingest.KindComplaint, ack, "P12"},
		"dmarc-pass":                {ingest.KindComplaint, ack, "P12"},
		"reply-to-other":            {ingest.KindComplaint, hold, "bank.example"},
		"reply-to-same":             {ingest.KindComplaint, ack, "P12"},
		"suppress-all":              {ingest.KindComplaint, hold, "X-Auto-Response-Suppress: All"},
		"suppress-oof":              {ingest.KindComplaint, ack, "P12"},
		"no-from":                   {ingest.KindComplaint, hold, "No usable From"},
		"own-mail":                  {ingest.KindAutomatic, none, "Message-ID is ours"},
		"own-mail-new-id":           {ingest.KindAutomatic, none, "marked as automatic"},
		"own-address-forged":        {ingest.KindComplaint, hold, "our own address"},
		"forward-nested":            {ingest.KindComplaint, hold, "anna.nowak@example.org"},
		"forward-inline":            {ingest.KindComplaint, hold, "forwards a customer's message"},
		"forward-polish":            {ingest.KindComplaint, hold, "Anna Nowak anna.nowak@example.org"},
		"colleague-complains":       {ingest.KindComplaint, ack, "P12"},
		"customer-forwards":         {ingest.KindComplaint, ack, "P12"},
		"voicemail":                 {ingest.KindPhoneNotice, none, "carries a recording (P11)"},
		"voicemail-polish":          {ingest.KindPhoneNotice, none, "carries a recording (P11)"},
		"voicemail-without-audio":   {ingest.KindComplaint, hold, "without a recording (P11)"},
		"missed-call-polish":        {ingest.KindComplaint, hold, "(P11)"},
		"configured-phone-system":   {ingest.KindPhoneNotice, none, "telephone system"},
		"complaint-about-voicemail": {ingest.KindComplaint, ack, "P12"},
		"complaint-with-recording":  {ingest.KindComplaint, ack, "P12"},
		"encrypted":                 {ingest.KindComplaint, hold, "Encrypted"},
		"read-receipt":              {ingest.KindAutomatic, none, "read receipt (RFC 8098)"},
		"invitation":                {ingest.KindAutomatic, hold, "calendar"},
		"bounce":                    {ingest.KindBounce, none, "anna.nowak@example.org: failed 5.1.1"},
		"abuse-report":              {ingest.KindAbuseReport, none, "RFC 5965"},
	}
	files, err := filepath.Glob("testdata/judge/*.eml")
	if err != nil || len(files) != len(tests) {
		t.Errorf("%d files, %d expectations (%v)", len(files), len(tests), err)
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := judgeFile(t, name, judgeOptions())
			if j.Kind != want.Kind || j.Answer != want.Answer {
				t.Errorf("%s, %s; want %s, %s. Reasons: %q", j.Kind, j.Answer, want.Kind, want.Answer, j.Reasons)
			}
			if !strings.Contains(strings.Join(j.Reasons, "\n"), want.Why) {
				t.Errorf("reasons %q, want one with %q", j.Reasons, want.Why)
			}
			if (j.Answer == hold) != (j.HoldReason != "") {
				t.Errorf("answer %s with hold reason %q", j.Answer, j.HoldReason)
			}
		})
	}
}

func TestJudgeBounceTellsWhatMatchingNeeds(t *testing.T) {
	t.Parallel()
	j := judgeFile(t, "bounce", judgeOptions())
	want := []ingest.Bounce{{
		Recipient: "anna.nowak@example.org", Action: "failed", Status: "5.1.1", Permanent: true,
		Reason: "user unknown", OriginalMessageID: "ack.1@mail.skarga.example",
	}}
	if diff := cmp.Diff(want, j.Bounces); diff != "" {
		t.Errorf("bounces (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ack.1@mail.skarga.example"}, j.OriginalMessageIDs); diff != "" {
		t.Errorf("original ids (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"env-1"}, j.EnvIDs); diff != "" {
		t.Errorf("envelope ids (-want +got):\n%s", diff)
	}
}

func TestJudgeForwardProposesAuthor(t *testing.T) {
	t.Parallel()
	want := message.Address{Name: "Anna Nowak", Address: "anna.nowak@example.org"}
	for _, name := range []string{"forward-nested", "forward-inline", "forward-polish"} {
		j := judgeFile(t, name, judgeOptions())
		if diff := cmp.Diff(want, j.ForwardedAuthor); diff != "" || !j.ForwardedBy {
			t.Errorf("%s: forwarded %v (-want +got):\n%s", name, j.ForwardedBy, diff)
		}
	}
}

// Without configuration, as `skarga explain` runs, nothing of the firm is known:
// no DMARC result is believed and no sender is ours.
func TestJudgeWithoutConfiguration(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind   ingest.Kind
		answer ingest.Answer
	}{
		"dmarc-fail":              {ingest.KindComplaint, ingest.AnswerAcknowledge},
		"forward-inline":          {ingest.KindComplaint, ingest.AnswerAcknowledge},
		"voicemail":               {ingest.KindPhoneNotice, ingest.AnswerNone},
		"configured-phone-system": {ingest.KindComplaint, ingest.AnswerAcknowledge},
	}
	for name, want := range tests {
		if j := judgeFile(t, name, ingest.JudgeOptions{}); j.Kind != want.kind || j.Answer != want.answer {
			t.Errorf("%s: %s, %s; want %s, %s", name, j.Kind, j.Answer, want.kind, want.answer)
		}
	}
}

func TestJudgeSpamFolder(t *testing.T) {
	t.Parallel()
	opt := judgeOptions()
	opt.SpamFolder = true
	if j := judgeFile(t, "complaint", opt); j.Answer != ingest.AnswerHold || !strings.Contains(j.HoldReason, "spam folder") {
		t.Errorf("%s because %q, want hold because of the spam folder", j.Answer, j.HoldReason)
	}
}

func TestJudgeMarksDMARCFailureOnEveryKind(t *testing.T) {
	t.Parallel()
	j := judgeFile(t, "dmarc-fail", judgeOptions())
	if !j.DMARCFailed {
		t.Error("DMARCFailed is false, want true: matching must not trust the sender")
	}
}

// BenchmarkJudge is the cost on an ordinary complaint, which every message pays.
func BenchmarkJudge(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join("testdata", "judge", "complaint.eml"))
	if err != nil {
		b.Fatal(err)
	}
	m := message.Read(bytes.NewReader(raw), int64(len(raw)), message.Options{})
	opt := judgeOptions()
	for b.Loop() {
		ingest.Judge(m, opt)
	}
}
