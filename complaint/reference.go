package complaint

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Reference is a complaint reference as customers see it: PREFIX-YY-XXXXX-C,
// e.g. ASK4-26-K7Q2M-4. The five signs in the middle are random, so that one
// reference does not betray the next; the last is a check character.
type Reference string

// refAlphabet leaves out what people and scanners confuse: 0/O, 1/I/L, 2/Z, 5/S,
// 6/G, 8/B, U/V. 25^5 makes 9.8 million references a year.
const refAlphabet = "23456789ACDEFHJKMNPQRTWXY"

// refCore is the number of random signs.
const refCore = 5

// refModulus is the least prime above the 36 values of a letter or digit. With a
// prime and weights that differ from place to place, every single wrong sign and
// every swap of neighbours changes the sum.
const refModulus = 37

// NewReference draws a reference for a prefix (up to ten letters and digits) and
// a year, of which the last two digits are used. The store keeps references
// unique; on a collision draw again.
func NewReference(prefix string, year int) (Reference, error) {
	prefix = strings.ToUpper(prefix)
	for {
		core, err := drawn(refCore)
		if err != nil {
			return "", fmt.Errorf("complaint: draw reference: %w", err)
		}
		body := fmt.Sprintf("%s-%02d-%s", prefix, year%100, core)
		// Some sums need a sign outside the alphabet: draw again then.
		whole := append([]byte(body), "-?"...)
		for _, c := range []byte(refAlphabet) {
			if whole[len(whole)-1] = c; refSum(string(whole)) == 0 {
				return Reference(whole), nil
			}
		}
	}
}

// drawn gives n signs of the alphabet, each as likely as every other.
func drawn(n int) ([]byte, error) {
	fair := byte(256 / len(refAlphabet) * len(refAlphabet)) // bytes from here on would favour the first signs
	var signs []byte
	for b := make([]byte, 2*n); len(signs) < n; {
		if _, err := rand.Read(b); err != nil {
			return nil, err
		}
		for _, c := range b {
			if c < fair && len(signs) < n {
				signs = append(signs, refAlphabet[int(c)%len(refAlphabet)])
			}
		}
	}
	return signs, nil
}

// refSum is the weighted sum of all letters and digits modulo refModulus; zero
// for a correct reference.
func refSum(r string) int {
	sum, weight := 0, 1
	for _, c := range r {
		v := -1
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		if v >= 0 {
			sum += weight * v
			weight++
		}
	}
	return sum % refModulus
}

// ParseReference reads a whole string as a reference of the given prefix, in any
// case, with any dashes or spaces between its groups. The error says whether the
// form or the check character is wrong.
func ParseReference(prefix, s string) (Reference, error) {
	m := refPattern(prefix).FindStringSubmatchIndex(s)
	if m == nil || strings.TrimSpace(s[:m[2]]) != "" || strings.TrimSpace(s[m[3]:]) != "" {
		return "", fmt.Errorf("complaint: %q is not a reference; one looks like %s-26-K7Q2M-4", s, strings.ToUpper(prefix))
	}
	r := refCanonical(prefix, s[m[2]:m[3]])
	if refSum(string(r)) != 0 {
		return "", fmt.Errorf("complaint: %q has a wrong check character; compare it with the letter or e-mail it came from", s)
	}
	return r, nil
}

// FoundReference is a reference seen in a longer text.
type FoundReference struct {
	Reference  Reference
	Start, End int // byte offsets in the text
}

// FindReferences returns the references of the prefix that stand in a text with a
// right check character, in order, noise around them or not.
func FindReferences(prefix, text string) []FoundReference {
	var found []FoundReference
	for _, m := range refPattern(prefix).FindAllStringSubmatchIndex(text, -1) {
		if r := refCanonical(prefix, text[m[2]:m[3]]); refSum(string(r)) == 0 {
			found = append(found, FoundReference{r, m[2], m[3]})
		}
	}
	return found
}

// refSeparator matches what stands between the groups: any dash, a space, a dot, a slash,
// or nothing, as people retype them.
const refSeparator = `[\s\x{00A0}\-‐-―_−./]{0,3}`

// refPattern matches the reference's form.
func refPattern(prefix string) *regexp.Regexp {
	return refCompiled(`(?i)(?:^|[^\pL\pN])(` + regexp.QuoteMeta(prefix) + refSeparator + `\d\d` + refSeparator +
		`[0-9A-Z]{5}` + refSeparator + `[0-9A-Z])(?:$|[^\pL\pN])`)
}

// refCompiled compiles a pattern once; a firm has one prefix, and so each pattern once.
func refCompiled(pattern string) *regexp.Regexp {
	if p, ok := refPatterns.Load(pattern); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile(pattern)
	refPatterns.Store(pattern, p)
	return p
}

var refPatterns sync.Map

// refCanonical writes a matched form with upper-case letters and plain hyphens.
func refCanonical(prefix, s string) Reference {
	var b strings.Builder
	for _, c := range strings.ToUpper(s) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' {
			b.WriteRune(c)
		}
	}
	t := b.String()
	p := len(t) - 3 - refCore
	return Reference(t[:p] + "-" + t[p:p+2] + "-" + t[p+2:p+2+refCore] + "-" + t[p+2+refCore:])
}
