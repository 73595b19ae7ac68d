package main

import (
	"bytes"
	"fmt"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// plainText shows a mail as a person reads it: the main header fields and the
// text.
func plainText(raw []byte) string {
	m := message.Read(bytes.NewReader(raw), int64(len(raw)), message.Options{SkipHTML: true})
	var b strings.Builder
	for _, name := range []string{"From", "To", "Reply-To", "Subject", "Date", "Message-Id", "In-Reply-To", "Auto-Submitted"} {
		for _, v := range m.Header[name] {
			fmt.Fprintf(&b, "  %s: %s\n", name, v)
		}
	}
	for _, line := range strings.Split(strings.TrimRight(m.Text, "\n"), "\n") {
		b.WriteString("\n  " + line)
	}
	return b.String()
}
