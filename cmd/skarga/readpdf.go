package main

import (
	"os"

	"ask4.com/skarga/scanner-import/file"
)

// pdfReader is this program as the reader of PDFs in a process of its own. Only
// main sets it: tests are another program, and read them in their own process.
var pdfReader []string

// findPDFReader looks for the program's own file.
func findPDFReader() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, "read-pdf"}
}

type readPDFCmd struct{}

// Run reads the PDF that the process which started this one has opened.
func (readPDFCmd) Run(s *session) error {
	return file.ServePDF(s.ctx, s.in, s.out, file.Options{})
}
