// Package testcase reads files that hold many short cases of a test.
package testcase

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each runs a test in parallel for each case of the files that match. A line that begins
// with "== " starts a case and states its name and, behind " | ", what is wanted of it;
// the lines below are its text.
func Each(t *testing.T, pattern string, test func(t *testing.T, text, want string)) {
	t.Helper()
	files, err := filepath.Glob(pattern)
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
				test(t, text, want)
			})
		}
	}
}
