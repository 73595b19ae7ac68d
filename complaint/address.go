package complaint

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// FoldAddress makes e-mail addresses comparable: NFC, case folded, trimmed. Both
// sides of the @ are folded: providers that tell local parts apart by case are
// not met in practice, people who capitalise theirs are.
func FoldAddress(s string) string {
	return cases.Fold().String(norm.NFC.String(strings.TrimSpace(s)))
}

// Fold makes names and subjects searchable without regard to case.
func Fold(s string) string { return FoldAddress(s) }
