package templates

import (
	"cmp"
	"regexp"
	"strings"

	"ask4.com/skarga/complaint"
)

// Prose is a text of one or more paragraphs and lists that staff write, by language.
// What is said in one language only is missing in the other (P17).
type Prose map[complaint.Language]string

// Nothing says on purpose that there is nothing to say ("we need nothing from you"),
// which is not the same as forgetting to say it. Templates ask {{if .Field.None}}.
func Nothing() Prose { return Prose{complaint.Both: ""} }

// None says whether a text is Nothing.
func (p Prose) None() bool {
	_, said := p[complaint.Both]
	return said
}

// String gives the text as a template shows it: the one language that is being
// rendered, in the layout of Blocks.
func (p Prose) String() string {
	return layProse(cmp.Or(p[complaint.English], p[complaint.Polish]))
}

// in keeps one language.
func (p Prose) in(lang complaint.Language) Prose {
	if text := strings.TrimSpace(p[lang]); text != "" && !p.None() {
		return Prose{lang: text}
	}
	if p.None() {
		return Nothing()
	}
	return nil
}

var (
	proseBullet   = regexp.MustCompile(`^[-*•–—]\s+`)
	proseNumbered = regexp.MustCompile(`^\d{1,2}[.)]\s+`)
)

// layProse makes the layout of Blocks out of what a person typed: any bullet begins
// a list item, a numbered line a paragraph of its own, and a "#" at the start of a
// line is dropped, because headings belong to the template.
func layProse(text string) string {
	var out []string
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case proseBullet.MatchString(line):
			line = "- " + proseBullet.ReplaceAllString(line, "")
		case proseNumbered.MatchString(line):
			out = append(out, "")
		case strings.HasPrefix(line, "#"):
			line = strings.TrimLeft(line, "# ")
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// choice is a word out of a few: what it may be.
type choice interface{ choices() []string }

// Verdict is how a complaint was decided (DOMAIN, What a record holds).
type Verdict string

// The verdicts.
const (
	Upheld       Verdict = "upheld"
	PartlyUpheld Verdict = "partly"
	NotUpheld    Verdict = "not"
)

func (Verdict) choices() []string {
	return []string{string(Upheld), string(PartlyUpheld), string(NotUpheld)}
}

// ReviewResult is what a review made of the first decision (P15).
type ReviewResult string

// The results of a review.
const (
	ReviewChanged   ReviewResult = "changed"
	ReviewPartly    ReviewResult = "partly"
	ReviewUnchanged ReviewResult = "unchanged"
)

func (ReviewResult) choices() []string {
	return []string{string(ReviewChanged), string(ReviewPartly), string(ReviewUnchanged)}
}

// ClosedBecause is why a complaint was closed (P15).
type ClosedBecause string

// The reasons to close.
const (
	ClosedSettled   ClosedBecause = "settled"   // the customer said that it is settled
	ClosedQuiet     ClosedBecause = "quiet"     // no word for 28 days after the response
	ClosedWithdrawn ClosedBecause = "withdrawn" // the customer took it back
	ClosedOmbudsman ClosedBecause = "ombudsman" // the ombudsman's decision is carried out
)

func (ClosedBecause) choices() []string {
	return []string{string(ClosedSettled), string(ClosedQuiet), string(ClosedWithdrawn), string(ClosedOmbudsman)}
}

// Promise is a promise of the policy; its words are those of complaint.
type Promise complaint.ObligationKind

func (Promise) choices() []string {
	var out []string
	for _, k := range []complaint.ObligationKind{complaint.Acknowledge, complaint.Update, complaint.Respond,
		complaint.Review, complaint.TellOmbudsman, complaint.Comply} {
		out = append(out, string(k))
	}
	return out
}
