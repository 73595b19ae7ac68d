package detail

import (
	"os"
	"strings"
	"testing"
	"time"
)

// letter is an ordinary complaint of about 5 KB.
func letter(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile("testdata/complaint.txt")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func BenchmarkFind(b *testing.B) {
	text := letter(b)
	f := New(Options{Staff: staff()})
	arrival := time.Date(2026, 3, 18, 10, 0, 0, 0, time.UTC)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		f.FindMessage("Complaint about the internet", text, "Jane Smith", "jane@example.org", arrival)
	}
}

// BenchmarkHostile is 2 MiB of what each kind begins with.
func BenchmarkHostile(b *testing.B) {
	f := New(Options{Staff: staff()})
	arrival := time.Date(2026, 3, 18, 10, 0, 0, 0, time.UTC)
	for name, unit := range hostile() {
		text := strings.Repeat(unit, 2<<20/len(unit))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f.FindMessage(text, text, "Jane Smith", "jane@example.org", arrival)
			}
		})
	}
}
