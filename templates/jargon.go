package templates

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// avoid is a group of words that a customer should not read.
type avoid struct {
	forms  *regexp.Regexp // in lower case, with the sign before and after
	better string
	kind   string
	term   string // stem; not empty: allowed where the text explains it
	warn   bool
}

// words makes a group of forms; inside, \w stands for any letter.
func words(kind, forms, better string) avoid {
	forms = strings.ReplaceAll(forms, `\w`, `\pL`)
	return avoid{forms: regexp.MustCompile(`[^\pL](` + forms + `)[^\pL]`), better: better, kind: kind}
}

// unexplained makes a group that may stand where the text explains it.
func unexplained(term, forms, better string) avoid {
	a := words("jargon", forms, better)
	a.term = term
	return a
}

// stilted makes a group that is only worth a look.
func stilted(forms, better string) avoid {
	a := words("stilted", forms, better)
	a.warn = true
	return a
}

// toAvoid lists the words of DOMAIN, Texts, and their kin.
var toAvoid = map[complaint.Language][]avoid{
	complaint.English: {
		unexplained("adr", `adr|alternative dispute resolution`, "independent help, free of charge"),
		unexplained("sla", `slas?|service level agreements?`, "the time we promise"),
		unexplained("deadlock", `deadlock(s|ed)?`, "we cannot agree"),
		unexplained("escalat", `escalat(e|es|ed|ing|ion|ions)`, "ask a manager to look at it"),
		words("jargon", `facilitat(e|es|ed|ing|ion)`, "help"),
		words("jargon", `utili[sz](e|es|ed|ing|ation)`, "use"),
		words("jargon", `liais(e|es|ed|ing|on)`, "talk to"),
		words("jargon", `(going|moving) forward`, "from now on"),
		words("blame", `you('ve| have)? (failed|neglected)|your (failure|negligence|fault)`, "what happened, without blame"),
		words("blame", `you (claim|claimed|allege|alleged)|your (claims|allegations?)|alleged(ly)?`, "you told us"),
		stilted(`prior to`, "before"), stilted(`in order to`, "to"), stilted(`commenc(e|es|ed|ing)`, "begin"),
		stilted(`terminat(e|es|ed|ing)`, "end"), stilted(`endeavou?r(s|ed|ing)?`, "try"), stilted(`ascertain(s|ed|ing)?`, "find out"),
		stilted(`hereby|herein|hereto|aforementioned|pursuant to`, "this, as agreed"), stilted(`in respect of|with regard to`, "about"),
		stilted(`at your earliest convenience`, "as soon as you can"), stilted(`in the event that`, "if"),
	},
	complaint.Polish: {
		words("stilted", `niniejsz\w+`, "ten, ta, to"),
		words("stilted", `przedmiotow\w+`, "ten, ta, to"),
		words("stilted", `celem|w celu`, "aby, żeby"),
		words("stilted", `ww|w/w|wyżej wymienion\w+`, "ten, ta, to"),
		unexplained("adr", `adr`, "niezależna pomoc, bezpłatnie"),
		unexplained("sla", `sla`, "czas, który obiecujemy"),
		unexplained("deadlock", `deadlock\w*`, "nie możemy dojść do zgody"),
		unexplained("eskal", `eskal\w+`, "poprosić, aby zajął się tym kierownik"),
		words("blame", `zaniedba\w+|nie dopełni\w+|z (państwa|pana|pani) winy`, "fakty, bez oceniania"),
		words("blame", `twierdz(ą|i) (państwo|pan|pani)|(państwo|pan|pani) twierdz(ą|i)|rzekom\w+`, "napisali Państwo"),
		stilted(`iż`, "że"), stilted(`w związku z powyższym`, "dlatego"), stilted(`na chwilę obecną|w dniu dzisiejszym`, "teraz, dziś"),
		stilted(`uiści\w+`, "zapłacić"), stilted(`tytułem`, "za"), stilted(`w przedmiocie|w zakresie`, "o, w sprawie"),
		stilted(`uprzejmie informujemy|informujemy,? że`, "od razu to, co jest do powiedzenia"), stilted(`dokona(ć|no|liśmy|my)`, "sam czasownik, np. sprawdziliśmy"),
	},
}

// wordsToAvoid finds jargon, blame and stilted words in a sentence. known are the
// terms that the text explains.
func wordsToAvoid(lang complaint.Language, sentence string, known []string) []Finding {
	if lang != complaint.Polish {
		lang = complaint.English
	}
	var found []Finding
	low := plainWords(strings.ReplaceAll(sentence, "’", "'"))
	for _, a := range toAvoid[lang] {
		m := a.forms.FindStringSubmatch(low)
		if m == nil || a.term != "" && slices.Contains(known, a.term) || goal.MatchString(low) && m[1] == "celem" {
			continue
		}
		found = append(found, Finding{Sentence: sentence, Problem: fmt.Sprintf("%s: %q", a.kind, m[1]), Better: a.better, Warn: a.warn})
	}
	for _, letters := range abbreviated.FindAllString(sentence, -1) {
		if term := strings.ToLower(letters); !slices.Contains(everyday, letters) && !slices.Contains(known, term) && !listed(lang, term) {
			found = append(found, Finding{Sentence: sentence, Problem: fmt.Sprintf("%q is not explained", letters), Better: "the words that it stands for", Warn: true})
		}
	}
	return found
}

// listed says whether a term has a better word of its own.
func listed(lang complaint.Language, term string) bool {
	return slices.ContainsFunc(toAvoid[lang], func(a avoid) bool { return a.term == term })
}

var (
	// goal is "celem" as a noun: our goal is, the goal was.
	goal = regexp.MustCompile(`(naszym|państwa|głównym|jedynym) celem| celem (jest|było|będzie)`)

	// abbreviated is a word of capitals only.
	abbreviated = regexp.MustCompile(`\b[A-Z]{2,5}\b`)
	everyday    = []string{"UK", "EU", "UE", "PO", "OK", "TV", "PDF", "SMS", "MMS", "MB", "GB", "PIN", "USB", "CD", "DVD", "VAT", "NIP", "RODO", "PL", "EN", "II", "III", "IV"}

	// saysMeaning is a sentence that explains a term; inBrackets is one that stands
	// behind what it means.
	saysMeaning = regexp.MustCompile(`[^\pL](is called|are called|this is called|known as|means|stands for|that is|nazywa|nazywamy|oznacza|to znaczy|czyli|skrót)[^\pL]`)
	inBrackets  = regexp.MustCompile(`\(([\pL -]+)\)`)
)

// explainedIn lists the stems of the terms that a text explains.
func explainedIn(sentences []string) []string {
	var known []string
	for _, s := range sentences {
		low := plainWords(s)
		about := strings.Join(inBrackets.FindAllString(low, -1), " ")
		if saysMeaning.MatchString(low) {
			about = low + strings.ToLower(strings.Join(abbreviated.FindAllString(s, -1), " "))
		}
		known = append(known, wordForm.FindAllString(about, -1)...)
		for _, list := range toAvoid {
			for _, a := range list {
				if a.term != "" && a.forms.MatchString(" "+about+" ") {
					known = append(known, a.term)
				}
			}
		}
	}
	return known
}
