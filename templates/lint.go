package templates

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
)

// Finding is one place where a text is not plain (P4; DOMAIN, Texts).
type Finding struct {
	Sentence string // where; empty when the whole text is meant
	Problem  string
	Better   string // what to write instead; may be empty
	Warn     bool   // worth a look, but no bar to sending
}

// The limits of DOMAIN, Texts.
const (
	maxWords  = 25 // in a sentence
	minFlesch = 60 // English
	maxFOG    = 9.0
	warnFOG   = 12.0
	shortText = 100 // words; below, the scores only warn
	hardWord  = 4   // syllables
)

// Lint checks that a text is plain: sentence length, readability and jargon. Any
// language but Polish is checked as English; split a text in both before.
func Lint(lang complaint.Language, text string) []Finding {
	var found []Finding
	words, syllables, hard := 0, 0, 0
	sentences := Sentences(text)
	for _, s := range sentences {
		ws := wordsOf(s)
		words += len(ws)
		if len(ws) > maxWords {
			found = append(found, Finding{s, fmt.Sprintf("%d words in one sentence", len(ws)), "make two sentences of it", false})
		}
		for _, w := range ws {
			n := Syllables(lang, w)
			syllables += n
			if n >= hardWord {
				hard++
			}
		}
		found = append(found, jargonIn(lang, s)...)
	}
	if words == 0 {
		return found
	}
	const better = "use shorter words and sentences"
	length, count := float64(words)/float64(len(sentences)), float64(words)
	if lang == complaint.Polish {
		if fog := 0.4 * (length + 100*float64(hard)/count); fog > maxFOG {
			found = append(found, Finding{"", fmt.Sprintf("FOG is %.1f, it should be %.0f or less", fog, maxFOG), better, fog <= warnFOG || words < shortText})
		}
	} else if ease := 206.835 - 1.015*length - 84.6*float64(syllables)/count; ease < minFlesch {
		found = append(found, Finding{"", fmt.Sprintf("Flesch reading ease is %.0f, it should be %d or more", ease, minFlesch), better, words < shortText})
	}
	return found
}

// Sentences splits a text. Paragraphs, headings and list items end a sentence
// too; a full stop of an abbreviation does not.
func Sentences(text string) []string {
	var out []string
	for _, b := range Blocks(text) {
		for _, piece := range append([]string{b.Heading, b.Text}, b.Items...) {
			start := 0
			for _, m := range sentenceEnd.FindAllStringIndex(piece, -1) {
				if !abbreviation.MatchString(piece[start : m[0]+1]) {
					out = append(out, strings.TrimSpace(piece[start:m[1]]))
					start = m[1]
				}
			}
			out = append(out, strings.TrimSpace(piece[start:]))
		}
	}
	kept := out[:0]
	for _, s := range out {
		if len(wordsOf(s)) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

var (
	sentenceEnd  = regexp.MustCompile(`[.!?…]["”’)]*\s+`)
	abbreviation = regexp.MustCompile(`(?i)(^|[^\pL])(godz|np|tzn|ul|nr|tel|mr|mrs|ms|dr|e\.g|i\.e|st)\.$`)
	wordForm     = regexp.MustCompile(`\pL[\pL’'-]*`)
	notRead      = regexp.MustCompile(`\S+@\S+|https?://\S+|\S+\.\pL{2,}/\S*|\S*\pN\S*`)
)

// wordsOf lists the words that a reader reads: no addresses, numbers and codes.
func wordsOf(s string) []string {
	return wordForm.FindAllString(notRead.ReplaceAllString(s, " "), -1)
}

// Syllables counts the syllables of a word.
func Syllables(lang complaint.Language, word string) int {
	if lang == complaint.Polish {
		return polishSyllables(word)
	}
	return englishSyllables(word)
}

// polishSyllables counts vowels; an i before another vowel only softens.
func polishSyllables(word string) int {
	const vowels = "aeiouyąęó"
	r, n := []rune(strings.ToLower(word)), 0
	for i, c := range r {
		if strings.ContainsRune(vowels, c) && (c != 'i' || i+1 == len(r) || !strings.ContainsRune(vowels, r[i+1])) {
			n++
		}
	}
	return max(n, 1)
}

// englishSyllables counts groups of vowels, less silent endings.
func englishSyllables(word string) int {
	w := strings.TrimSuffix(strings.ToLower(strings.ReplaceAll(word, "’", "'")), "'s")
	n, inside := 0, false
	for _, c := range w {
		v := strings.ContainsRune("aeiouy", c)
		if v && !inside {
			n++
		}
		inside = v
	}
	before := func(ending, signs string) bool { // ending stands, and no sign of signs before it
		stem, ok := strings.CutSuffix(w, ending)
		return ok && stem != "" && !strings.ContainsAny(stem[len(stem)-1:], signs)
	}
	switch {
	case before("le", "aeiouy"): // ta-ble
	case before("ed", "tdaeiouy"), before("es", "sxzcghaeiouy"), before("e", "aeiouy"):
		n--
	}
	return max(n, 1)
}

// explained finds a sentence that says what a word means: “…”, and that it is a name.
var explained = regexp.MustCompile(`(?i)(\bcalled|\bknown as|\bmeans|nazywa|oznacza|to znaczy).*[“„"]`)

// jargonIn finds words that need explaining or blame the customer.
func jargonIn(lang complaint.Language, sentence string) []Finding {
	var found []Finding
	if explained.MatchString(sentence) {
		return nil
	}
	low := " " + strings.Join(strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool { return !unicode.IsLetter(r) }), " ") + " "
	for better, forms := range jargon(lang) {
		for _, form := range strings.Split(forms, ",") {
			if strings.Contains(low, " "+form+" ") {
				found = append(found, Finding{sentence, fmt.Sprintf("jargon or blame: %q", form), better, false})
			}
		}
	}
	return found
}

// jargon maps better words to the forms that they replace (DOMAIN, Texts).
func jargon(lang complaint.Language) map[string]string {
	if lang == complaint.Polish {
		return map[string]string{
			"ten, ta, to":                "niniejszy,niniejsza,niniejsze,niniejszym,niniejszego,niniejszej,przedmiotowy,przedmiotowa,przedmiotowe,przedmiotowego,przedmiotowej,ww,w w",
			"aby, żeby":                  "celem,w celu",
			"że":                         "iż",
			"nazwij to prostymi słowami": "adr,sla",
			"przekazać dalej":            "eskalować,eskalacja,eskalacji",
			"opisz fakty bez oceniania":  "zaniedbali państwo,twierdzą państwo,twierdzi pan,twierdzi pani",
		}
	}
	return map[string]string{
		"independent help, free of charge": "adr",
		"the time we promise":              "sla",
		"say that we cannot agree":         "deadlock",
		"ask a manager to look at it":      "escalate,escalated,escalation",
		"help":                             "facilitate,facilitates,facilitated",
		"use":                              "utilise,utilised,utilize",
		"talk to":                          "liaise,liaised,liaising",
		"from now on":                      "going forward",
		"say what we found, without blame": "you failed,you claim,you claimed",
	}
}
