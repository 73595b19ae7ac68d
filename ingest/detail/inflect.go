package detail

import "strings"

// inflections gives the forms that a folded Polish name takes in its cases, the
// name itself first. Folding makes several cases equal (Annę and Anne, Anną and
// Anna). It gives more forms than a given name has; that costs nothing, since a
// name counts only beside the other name or after a title.
func inflections(w string) []string {
	forms := []string{w}
	if len(w) < 3 {
		return forms
	}
	add := func(stem string, endings ...string) {
		for _, e := range endings {
			forms = append(forms, stem+e)
		}
	}
	stem := w[:len(w)-1]
	switch {
	case hasSuffix(w, "ska", "cka", "dzka"):
		add(stem, "iej", "a")
	case hasSuffix(w, "ski", "cki", "dzki"):
		add(w, "ego", "emu", "m")
		add(stem, "a", "iej") // his wife, when the list has his form
	case hasSuffix(w, "a"):
		add(stem, "y", "i", "e", "o", "ie", "ej", "u", "a")
		feminineDative(stem, add)
	case hasSuffix(w, "o"):
		add(stem, "y", "i", "e", "a")
		feminineDative(stem, add)
	case hasSuffix(w, "y"):
		add(stem, "ego", "emu", "ym")
	case hasSuffix(w, "i"):
		add(w, "ego", "emu", "m")
	case hasSuffix(w, "e", "u"):
		add(w, "go", "mu", "m")
	default:
		masculine(w, add)
	}
	return forms
}

func hasSuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}

// softening turns the end of a stem into what stands before -e: Agnieszka,
// Agnieszce; Olga, Oldze; Marta, Marcie; Piotr, Piotrze.
var softening = []struct{ hard, soft string }{
	{"st", "sci"}, {"sl", "sl"}, {"ch", "sz"}, {"k", "c"}, {"g", "dz"}, {"t", "ci"}, {"d", "dzi"}, {"r", "rz"}, {"l", "l"},
}

func soften(stem string) string {
	for _, s := range softening {
		if cut, ok := strings.CutSuffix(stem, s.hard); ok {
			return cut + s.soft
		}
	}
	return stem + "i"
}

func feminineDative(stem string, add func(string, ...string)) {
	add(soften(stem), "e")
}

// masculine adds the cases of a name that ends in a consonant, with the vowel
// that drops out before them: Marek, Marka; Paweł, Pawła; Kupiec, Kupca; Kozioł,
// Kozła.
func masculine(w string, add func(string, ...string)) {
	add(w, "a", "owi", "em", "u", "ie", "e", "iem", "y", "i", "s", "ia", "iowi", "iu")
	add(soften(w), "e")
	n := len(w)
	for _, drop := range []struct{ end, short string }{
		{"iek", "k"}, {"ek", "k"}, {"iec", "c"}, {"ec", "c"}, {"iel", "l"}, {"el", "l"}, {"iol", "l"}, {"er", "r"}, {"en", "n"}, {"ol", "l"},
	} {
		if n <= len(drop.end)+1 || !strings.HasSuffix(w, drop.end) {
			continue
		}
		short := w[:n-len(drop.end)] + drop.short
		add(short, "a", "owi", "em", "iem", "u", "e", "ie", "ia", "iowi", "iu", "y")
		add(soften(short), "e")
	}
	// Gołąb, Gołębia: folding has made ą and ę into a and e.
	if strings.HasSuffix(w, "ab") || strings.HasSuffix(w, "az") {
		add(w[:n-2]+"e"+w[n-1:], "ia", "iowi", "iem", "iu", "a", "owi", "em")
	}
}
