package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
)

// The files of testdata/machine hold many short messages, from machines and from
// people who write about them. A line that begins with "== " starts one and states
// its name, kind and answer without any configuration. <audio> stands for a recording
// as the second part of a multipart whose boundary is b.
func TestJudgeMachines(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/machine/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range strings.Split("\n"+string(b), "\n== ")[1:] {
			head, text, _ := strings.Cut(c, "\n")
			name, want, _ := strings.Cut(head, " | ")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name, func(t *testing.T) {
				t.Parallel()
				raw := spelledOut(text)
				j := ingest.Judge(message.Read(strings.NewReader(raw), int64(len(raw)), message.Options{}), ingest.JudgeOptions{})
				if got := string(j.Kind) + " " + string(j.Answer); got != want {
					t.Errorf("%s, want %s. Reasons: %q", got, want, j.Reasons)
				}
			})
		}
	}
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
