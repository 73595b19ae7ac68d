package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"text/tabwriter"
)

func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	rows := "REFERENCE  LEFT            STAGE\nASK4-1     late by 2 d 1 h  received\nASK4-2     3 d 1 h          received, NOT ANSWERED  –\n"
	lines := strings.Split(paint(rows), "\n")
	if lines[0] != "REFERENCE  LEFT            STAGE" || !strings.HasPrefix(lines[1], "\x1b[31mASK4-1") || !strings.HasPrefix(lines[2], "\x1b[33mASK4-2") || !strings.HasSuffix(lines[1], "received\x1b[0m") {
		t.Errorf("painted %q", lines)
	}
	var b bytes.Buffer
	s := &session{out: io.Writer(&b)}
	if err := s.table(func(w *tabwriter.Writer) { fmt.Fprint(w, "FAIL\tx\n") }); err != nil || b.String() != "FAIL  x\n" {
		t.Errorf("into a file: %q, %v", b.String(), err)
	}
}
