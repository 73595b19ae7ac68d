package ingest_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testcase"
)

// The files of testdata/machine hold many short messages, from machines and from
// people who write about them. A line that begins with "== " starts one and states
// its name, kind and answer without any configuration. <audio> stands for a recording
// as the second part of a multipart whose boundary is b.
func TestJudgeMachines(t *testing.T) {
	t.Parallel()
	testcase.Each(t, "testdata/machine/*.txt", func(t *testing.T, text, want string) {
		raw := spelledOut(text)
		j := ingest.Judge(message.Read(strings.NewReader(raw), int64(len(raw)), message.Options{}), ingest.JudgeOptions{})
		if got := string(j.Kind) + " " + string(j.Answer); got != want {
			t.Errorf("%s, want %s. Reasons: %q", got, want, j.Reasons)
		}
	})
}

func spelledOut(text string) string {
	head, body, _ := strings.Cut(text, "\n\n")
	if !strings.Contains(head, "\nTo:") {
		head += "\nTo: complaints@skarga.example"
	}
	if before, after, ok := strings.Cut(body+"\n", "<audio>\n"); ok {
		head += "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
		body = "--b\nContent-Type: text/plain; charset=utf-8\n\n" + before +
			"\n--b\nContent-Type: audio/x-wav; name=msg.wav\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=msg.wav\n\nUklGRiQAAABXQVZF\n--b--\n" + after
	} else if !strings.Contains(head, "Content-Type:") {
		head += "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8"
	}
	return strings.ReplaceAll("Date: Mon, 2 Nov 2026 09:20:00 +0000\n"+head+"\n\n"+body+"\n", "\n", "\r\n")
}
