package letter

import (
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
)

// signs are the letters with small signs, which OCR loses first.
var signs = map[rune]rune{'ą': 'a', 'ć': 'c', 'ę': 'e', 'ł': 'l', 'ń': 'n', 'ó': 'o', 'ś': 's', 'ź': 'z', 'ż': 'z', 'á': 'a', 'é': 'e', 'í': 'i', 'ú': 'u'}

// fold gives a text lower-case, without diacritics and doubled spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if plain, ok := signs[r]; ok {
			return plain
		}
		return r
	}, s)), " ")
}

// words are the letters and digits of a folded text.
func words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-' })
}

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// Words of addresses and of organisations, folded. Names of people hold none of
// them, but for a few that are last names too (Hall, Park).
var (
	streets = set(`street st road rd avenue ave lane ln close court drive house terrace place square hall crescent gardens grove hill park row
		building apartments residence residences mews view walk wharf quay yard boulevard way quadrant lodge tower point works mill village
		flat apartment apt room unit studio suite ul ulica al aleja aleje os osiedle pl plac akademik mieszkanie m lok pokoj wybrzeze`)
	buildings = set(`house court hall quadrant building tower lodge residence residences point works mill village apartments mews wharf akademik halls studios`)
	offices   = set(`complaints complaint customer customers service services department dept team manager director office ltd limited plc llp sp
		zoo dzial biuro reklamacji reklamacje obslugi klienta obsluga zespol kierownik dyrektor spolka support care relations`)
	titles = set(`mr mrs ms miss mx dr prof sir pan pani mgr inz`)
)

// countries end addresses whose postcodes are found, folded.
var countries = []string{"poland", "polska", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland",
	"wielka brytania", "zjednoczone krolestwo", "anglia", "szkocja", "walia", "irlandia polnocna"}

// isSalutation says whether a line opens a letter.
func isSalutation(line string) bool {
	w := words(line)
	if len(w) == 0 || len(w) > 8 {
		return false
	}
	switch near(w[0], "dear", "szanowni", "szanowny", "szanowna", "drodzy", "witam", "hello", "hi") {
	case "dear", "szanowni", "szanowny", "szanowna", "drodzy":
		return len(w) > 1
	case "witam", "hello", "hi":
		return true
	}
	return len(w) >= 2 && (w[0] == "to" && w[1] == "whom" || w[0] == "dzien" && w[1] == "dobry" || w[0] == "good" && (w[1] == "morning" || w[1] == "afternoon"))
}

// signOffs end a letter, folded.
var signOffs = []string{"yours faithfully", "yours sincerely", "yours truly", "kind regards", "best regards", "warm regards", "with regards", "best wishes",
	"many thanks", "with thanks", "regards", "sincerely", "faithfully", "z powazaniem", "z wyrazami szacunku", "lacze wyrazy szacunku", "z szacunkiem",
	"pozdrawiam serdecznie", "pozdrawiam", "serdecznie pozdrawiam", "z pozdrowieniami", "thank you", "thanks"}

// isSignOff says whether a line ends a letter.
func isSignOff(line string) bool { return signOffIn(line) != "" }

// signOffIn gives the words that end a letter if the line begins with them and has
// little else.
func signOffIn(line string) string {
	f := strings.Join(words(line), " ")
	for _, s := range signOffs {
		n := len(strings.Fields(s))
		w := strings.Fields(f)
		if len(w) < n || len(w) > n+4 {
			continue
		}
		if complaint.Distance(strings.Join(w[:n], " "), s) <= len(s)/8 {
			return s
		}
	}
	return ""
}

// afterSignOff gives a name that follows in the same line.
func afterSignOff(line string) string {
	_, rest, found := strings.Cut(line, ",")
	if rest = strings.TrimSpace(rest); found && isName(tidyName(rest)) {
		return rest
	}
	return ""
}

// tidyName takes away titles and what OCR makes of strokes around a name. What holds
// a number stays: it is none.
func tidyName(s string) string {
	s = strings.TrimFunc(strings.Join(strings.Fields(s), " "), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != ')' })
	s = strings.Trim(s, "-–—_*~|,:; ")
	if i := strings.IndexAny(s, "(|"); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	f := strings.Fields(s)
	for len(f) > 1 && titles[strings.Trim(fold(f[0]), ".")] {
		f = f[1:]
	}
	return strings.Join(f, " ")
}

// isName says whether a line can be a person's name: two to four words that begin
// with capitals, and none of an address or an office.
func isName(s string) bool {
	f := strings.Fields(s)
	if len(f) < 2 || len(f) > 4 || len(s) > 50 || isSalutation(s) || isSignOff(s) || strings.ContainsAny(s, "0123456789") {
		return false
	}
	long := 0
	for i, w := range f {
		r := []rune(w)
		if !unicode.IsUpper(r[0]) && !(i > 0 && i < len(f)-1 && (w == "de" || w == "van" || w == "von" || w == "da" || w == "al" || w == "bin")) {
			return false
		}
		for _, c := range r {
			if !unicode.IsLetter(c) && !strings.ContainsRune("'’-.", c) {
				return false
			}
		}
		folded := strings.Trim(fold(w), ".")
		if offices[folded] || streets[folded] && (i < len(f)-1 || !lastNames[folded]) {
			return false
		}
		if len(r) > 1 && !strings.HasSuffix(w, ".") {
			long++
		}
	}
	return long >= 1 && len([]rune(f[len(f)-1])) > 1
}

// lastNames are words of addresses that are last names as well.
var lastNames = set(`hall park hill lane house street place row grove close way mill yard court square`)

// isBuilding says whether a part of an address names a building.
func isBuilding(part string) bool {
	w := words(part)
	if len(w) < 2 || len(w) > 5 {
		return false
	}
	for _, r := range part {
		if unicode.IsDigit(r) {
			return false
		}
	}
	return buildings[w[len(w)-1]] || w[0] == "the" && buildings[w[len(w)-1]] || w[0] == "akademik"
}

// near gives the first of a list that a word is, but for one sign in longer ones.
func near(word string, list ...string) string {
	for _, l := range list {
		if word == l || len(l) >= 4 && complaint.Distance(word, l) <= 1 {
			return l
		}
	}
	return ""
}

// alike says whether two names are the same person's as OCR may have read them:
// equal but for a few signs, or one with initials only.
func alike(a, b string) bool {
	x, y := words(a), words(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	fa, fb := strings.Join(x, " "), strings.Join(y, " ")
	if complaint.Distance(fa, fb) <= 1+min(len(fa), len(fb))/8 {
		return true
	}
	lastA, lastB := x[len(x)-1], y[len(y)-1]
	return complaint.Distance(lastA, lastB) <= len(lastA)/6 && x[0][0] == y[0][0] && (len(x[0]) == 1 || len(y[0]) == 1)
}
