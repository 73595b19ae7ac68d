package templates

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
)

// Sentences splits a text. Paragraphs, headings and list items end a sentence too; a
// full stop of an abbreviation, or before a small letter, does not.
func Sentences(text string) []string {
	var out []string
	for _, b := range Blocks(text) {
		out = split(out, b.Heading)
		out = split(out, b.Text)
		for _, item := range b.Items {
			out = split(out, item)
		}
	}
	return out
}

// split appends the sentences of one paragraph, heading or item.
func split(out []string, piece string) []string {
	add := func(s string) {
		if s = strings.TrimSpace(s); len(wordsOf(s)) > 0 {
			out = append(out, s)
		}
	}
	start := 0
	for _, m := range sentenceEnd.FindAllStringIndex(piece, -1) {
		next, _ := utf8.DecodeRuneInString(piece[m[1]:])
		if !unicode.IsLower(next) && !abbreviation.MatchString(piece[start:m[0]+1]) {
			add(piece[start:m[1]])
			start = m[1]
		}
	}
	add(piece[start:])
	return out
}

// scored lists the sentences that count for the scores: those that end as a sentence
// does, and in paragraphs those that are as long as one. Headings, greetings and
// the short items of lists are neither.
func scored(text string) []string {
	var out []string
	for _, b := range Blocks(text) {
		for _, s := range split(nil, b.Text) {
			if endMark.MatchString(s) || len(wordsOf(s)) >= 8 {
				out = append(out, s)
			}
		}
		for _, item := range append(b.Items, b.Heading) {
			for _, s := range split(nil, item) {
				if endMark.MatchString(s) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

var (
	sentenceEnd  = regexp.MustCompile(`[.!?…]["”’)]*\s+`)
	abbreviation = regexp.MustCompile(`(?i)(^|[^\pL])(godz|np|tzn|ul|nr|tel|al|os|pl|m\.in|sz|p|mr|mrs|ms|dr|e\.g|i\.e|st)\.$`)
	wordForm     = regexp.MustCompile(`\pL[\pL’'-]*`)
	webOrMail    = regexp.MustCompile(`\S+@\S+|https?://\S+|www\.\S+|\S+\.\pL{2,}/\S*|\S+\.(com|org|net|uk|pl)\b`)
	// postal is a run of names and numbers that ends in a postcode.
	postal = regexp.MustCompile(`((\p{Lu}[\pL’'.-]*|\d+\pL?),? )+[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d\d-\d{3} \p{Lu}\pL+`)
	dated  = regexp.MustCompile(`\d{1,2} (` + strings.Join(append(polishMonths[:], "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"), "|") + `)\b( \d{4})?( r\.)?`)
	coded  = regexp.MustCompile(`\S*\pN\S*`)
)

// wordsOf lists the words that a reader reads: no addresses, numbers and codes.
func wordsOf(s string) []string {
	for _, skip := range []*regexp.Regexp{webOrMail, postal, dated, coded} {
		s = skip.ReplaceAllString(s, " ")
	}
	return wordForm.FindAllString(s, -1)
}

// lengthOf counts all words of a sentence, numbers and addresses too.
func lengthOf(s string) int {
	n := 0
	for _, w := range strings.Fields(s) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			n++
		}
	}
	return n
}

var endMark = regexp.MustCompile(`[.!?…:]["”’)]*$`)

func capital(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

// Syllables counts the syllables of a word, at least one.
func Syllables(lang complaint.Language, word string) int {
	word = strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	if lang == complaint.Polish {
		return max(polishSyllables(word), 1)
	}
	return max(englishSyllables(word), 1)
}

// polishSyllables counts vowels; an i before another vowel only softens, and au and
// eu of loan words are one.
func polishSyllables(word string) int {
	const vowels = "aeiouyąęó"
	r, n := []rune(word), 0
	for i, c := range r {
		if strings.ContainsRune(vowels, c) && (c != 'i' || i+1 == len(r) || !strings.ContainsRune(vowels, r[i+1])) {
			n++
		}
	}
	return n - len(polishDiphthong.FindAllString(word, -1))
}

var polishDiphthong = regexp.MustCompile(`^au|^eu|mail|neutr|restaur|pauz|klauz|faul|terapeut`)

// englishSyllables counts groups of vowels, and corrects what spelling hides.
func englishSyllables(word string) int {
	w := strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "'")
	if n, ok := oddWords[w]; ok {
		return n
	}
	if n, ok := oddWords[strings.TrimSuffix(w, "s")]; ok {
		return n
	}
	w = strings.ReplaceAll(w, "qu", "q")
	n := len(vowelGroup.FindAllString(glide.ReplaceAllString(w, "$1-$2"), -1))
	for _, more := range twoVowels {
		n += len(more.FindAllString(w, -1))
	}
	for _, less := range silent {
		if less.MatchString(w) {
			n--
		}
	}
	return n
}

var (
	vowelGroup = regexp.MustCompile(`[aeiouy]+`)
	// glide is a y between vowels: pla-yer, be-yond.
	glide = regexp.MustCompile(`([aeiou])y([aeiou])`)

	// twoVowels are pairs in one group that are two syllables.
	twoVowels = []*regexp.Regexp{
		regexp.MustCompile(`[^tcsgx]i(a|um|us)([^rg]|g[^e]|$)|[^tcsgx]ious|[^tcsgxln]io([^u]|$)|[ln]io[^nu]|riar|ciat`), // reli-able, previ-ous, radi-o
		regexp.MustCompile(`[^tcs]i(ent|ence|et)|[^aeiou](i|y)er(s?$|[^aeious])|[^aeiou]iest$`),                         // cli-ent, experi-ence, suppli-er
		regexp.MustCompile(`[^qg]u(a[^aeiou]|ou|ent|ence|el|et)`),                                                       // usu-al, continu-ous, flu-ent, fu-el
		regexp.MustCompile(`([aeou]|[^aeiou]y)ing`),                                                                     // do-ing, try-ing
		regexp.MustCompile(`[^g]eo[^u]|[^g]eo$|eous$`),                                                                  // vide-o
		regexp.MustCompile(`cre?at(e|i|or)|^re(act|app|ass|arr|i[mns]|o[prc]|us|e[mnsvx])|^co-?o(p|rd)`),
		regexp.MustCompile(`[ds]n't$|isms?$|thms?$`), // did-n't
	}

	// silent are vowels that are written and not heard.
	silent = []*regexp.Regexp{
		regexp.MustCompile(`([^aeiouytdl]|[aeiouyrl]l|[aeiou]y)ed$`),           // asked, but not set-tled
		regexp.MustCompile(`([^aeiouysxzcghl]|[aeiouyrl]l)es$|[^cs]hes$`),      // times, but not ta-bles
		regexp.MustCompile(`([^aeiouyl]|[aeiouyrl]l)e$`),                       // home, whole, but not ta-ble
		regexp.MustCompile(`[aeiouy]+[^aeiouy]+e(ly|ful|fully|less|ness|ty)$`), // safely
		regexp.MustCompile(`[aeiouy]+[^aeiouyl]+ements?$`),                     // statement
		regexp.MustCompile(`[gq]ues?$`),                                        // league
		regexp.MustCompile(`ically$`),                                          // automat-ically
		regexp.MustCompile(`^(some|there|where|here|home|house|life|time|note|base|fore|voice|file|pipe|wire|name|frame|trade|guide|mile|gate)([^aeiouydsrl]|l[aio])|^someone|(any|some|every)where|elsewhere|^(there|where)of|^moreover`),
	}

	// oddWords are common words that no rule gets right.
	oddWords = map[string]int{
		"anyone": 3, "eye": 1, "area": 3, "business": 2, "businesses": 3, "colleague": 2, "evening": 2, "every": 2, "everything": 3, "everyone": 3,
		"everybody": 4, "hundred": 2, "idea": 3, "maybe": 2, "people": 2, "recipe": 3, "wednesday": 2, "being": 2, "science": 2,
		"society": 4, "museum": 3, "real": 1, "really": 2, "reality": 4, "theatre": 3, "chaos": 2, "ruin": 2, "fluid": 2,
		"poem": 2, "going": 2, "seeing": 2, "cafe": 2, "naked": 2, "ago": 2, "does": 1, "goes": 1, "shoes": 1,
	}
)
