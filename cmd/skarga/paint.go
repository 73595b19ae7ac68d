package main

import (
	"bytes"
	"slices"
	"strings"
	"text/tabwriter"
)

// table prints rows with aligned columns; on a terminal what is late or fails is red,
// and what nobody answers by itself yellow. NO_COLOR in the environment keeps it plain.
func (s *session) table(rows func(w *tabwriter.Writer)) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	rows(w)
	if err := w.Flush(); err != nil {
		return err
	}
	text := b.String()
	if isTerminal(s.out) && !slices.ContainsFunc(s.environ, func(e string) bool { return strings.HasPrefix(e, "NO_COLOR=") && e != "NO_COLOR=" }) {
		text = paint(text)
	}
	_, err := s.out.Write([]byte(text))
	return err
}

// paint colours whole lines, so that columns stay aligned.
func paint(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		words, end := strings.CutSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "FAIL "), strings.Contains(line, "  late by "):
			words = "\x1b[31m" + words + "\x1b[0m"
		case strings.Contains(line, ", held  "), strings.Contains(line, ", parked  "), strings.Contains(line, ", NOT ANSWERED  "):
			words = "\x1b[33m" + words + "\x1b[0m"
		}
		b.WriteString(words)
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
