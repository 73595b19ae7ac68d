package templates

import (
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
)

// Finding is one place where a text is not plain (P4; DOMAIN, Texts).
type Finding struct {
	Field    string `json:"field,omitempty"`    // the field that staff wrote; empty in a template's own text
	Sentence string `json:"sentence,omitempty"` // where; empty when the whole text is meant
	Problem  string `json:"problem"`            // what is not plain
	Better   string `json:"better,omitempty"`   // what to write instead; may be empty
	Warn     bool   `json:"warn"`               // worth a look, but no bar to sending
}

// String is the finding on one line.
func (f Finding) String() string {
	s := f.Problem
	if f.Better != "" {
		s += "; better: " + f.Better
	}
	if f.Sentence != "" {
		s += ": " + f.Sentence
	}
	return s
}

// The limits of DOMAIN, Texts.
const (
	maxWords  = 25 // in a sentence
	minFlesch = 60 // English
	maxFOG    = 9  // Polish
	warnFOG   = 12 // above it a Polish text is refused
	shortText = 100
	scorable  = 15 // words: of fewer a score says nothing
	hardWord  = 4  // syllables
)

// Lint checks that a text is plain: the length of its sentences, how easy it is to
// read, and jargon, blame and stilted words. Any language but Polish is checked as
// English; a text in both must be divided before. Numbers, references, addresses and
// the short items of lists count for no score.
func Lint(lang complaint.Language, text string) []Finding {
	sentences := Sentences(text)
	known := explainedIn(sentences)
	var found []Finding
	for _, s := range sentences {
		if n := lengthOf(s); n > maxWords {
			found = append(found, Finding{Sentence: s, Problem: fmt.Sprintf("%d words in one sentence", n), Better: fmt.Sprintf("two sentences, up to %d words each", maxWords)})
		}
		found = append(found, wordsToAvoid(lang, s, known)...)
	}
	return append(found, Measure(lang, text).findings(lang)...)
}

// Check looks at a text that staff add. What it finds are warnings: a person decides.
// One in the wrong language (P17) is not looked at further.
func Check(lang complaint.Language, text string) []Finding {
	if other := language.Detect(text); lang != complaint.Both && other != complaint.Both && other != lang {
		return []Finding{{Problem: "this reads as " + languageName[other] + ", and the customer is written to in " + languageName[lang], Warn: true}}
	}
	found := Lint(lang, layProse(text))
	for i := range found {
		found[i].Warn = true
	}
	return found
}

// CheckStaff looks at all that staff wrote in a message, each language by itself.
func CheckStaff(d Data) []Finding {
	var found []Finding
	for _, f := range KindOf(d).Fields {
		p, isProse := fieldValue(d, f).(Prose)
		if !isProse || !f.Staff {
			continue
		}
		for _, lang := range languages(d.Head().Language) {
			for _, finding := range Check(lang, p[lang]) {
				finding.Field = f.Key
				found = append(found, finding)
			}
		}
	}
	return found
}

// Score is how easy a text is to read.
type Score struct {
	Words     int `json:"words"`     // in whole sentences, without numbers and addresses
	Sentences int `json:"sentences"` // whole ones: no headings, no short list items
	Syllables int `json:"syllables"`
	Hard      int `json:"hard"` // words of four syllables or more, names left out
}

// Measure counts what the scores are made of.
func Measure(lang complaint.Language, text string) Score {
	var s Score
	for _, sentence := range scored(text) {
		words := wordsOf(sentence)
		s.Sentences++
		s.Words += len(words)
		for i, w := range words {
			n := Syllables(lang, w)
			s.Syllables += n
			if n >= hardWord && (i == 0 || !capital(w)) {
				s.Hard++
			}
		}
	}
	return s
}

// Flesch is the reading ease of English: 100 is very easy, 60 is plain.
func (s Score) Flesch() float64 {
	return 206.835 - 1.015*ratio(s.Words, s.Sentences) - 84.6*ratio(s.Syllables, s.Words)
}

// FOG is the fog index of Polish, about the years at school that a reader needs.
func (s Score) FOG() float64 {
	return 0.4 * (ratio(s.Words, s.Sentences) + 100*ratio(s.Hard, s.Words))
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

func (s Score) findings(lang complaint.Language) []Finding {
	const better = "shorter words and sentences"
	short := s.Words < shortText
	switch {
	case s.Words < scorable:
	case lang == complaint.Polish:
		if fog := s.FOG(); fog > maxFOG {
			return []Finding{{Problem: fmt.Sprintf("the fog index is %.1f, it should be at most %d", fog, maxFOG), Better: better, Warn: short || fog <= warnFOG}}
		}
	default:
		if ease := s.Flesch(); ease < minFlesch {
			return []Finding{{Problem: fmt.Sprintf("the reading ease (Flesch) is %.0f, it should be at least %d", ease, minFlesch), Better: better, Warn: short}}
		}
	}
	return nil
}

// linted is a text as it was checked.
type linted struct {
	kind string
	lang complaint.Language
}

// LintKind checks the whole text of a kind in a language, with every sample. What it
// found is kept: all together take half a second.
func (s *Set) LintKind(k Kind, lang complaint.Language) ([]Finding, error) {
	t, key := s.texts.Load(), linted{k.Name, lang}
	if known, ok := t.linted.Load(key); ok {
		return slices.Clone(known.([]Finding)), nil
	}
	var found []Finding
	seen := map[Finding]bool{}
	for _, d := range k.Samples() {
		d.Head().Language = lang
		m, err := t.whole(d)
		if err != nil {
			return nil, err
		}
		for _, f := range Lint(lang, m.Text) {
			if !seen[f] {
				found = append(found, f)
			}
			seen[f] = true
		}
	}
	t.linted.Store(key, slices.Clone(found))
	return found, nil
}

// plainWords writes a sentence in lower case with single spaces, a space at both
// ends, for searching.
func plainWords(s string) string {
	return " " + strings.Join(strings.Fields(strings.ToLower(s)), " ") + " "
}

var languageName = map[complaint.Language]string{complaint.English: "English", complaint.Polish: "Polish"}
