package detail

import (
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// staffIndex is the staff list made ready: each form of each word, folded, leads
// to the people who may be meant.
type staffIndex struct {
	names   []string          // as on the list
	first   map[string][]form // forms of first names
	last    map[string][]form // forms of the first word of last names
	aliases map[string][]alias
}

// form is one way of writing a word of a name.
type form struct {
	person int
	base   bool     // as on the list, not inflected
	common bool     // a word of everyday speech too: counts with a capital only
	tail   []string // the further words of a last name, folded; usually none
}

// everyday are names that are everyday words as well, folded: "I will price it",
// "w maju Katarzyna".
var everyday = wordSet(`will may mark rose grace hope faith joy bill art frank drew pat sue gene rich dale dean lane jack rob bob max ray guy chase grant lance miles penny ruby amber iris lily
	price green baker reading bell brown white black gray grey king cook hunter page stone wood hill field banks day best good love power case young long short little rice church waters rivers
	read reed bird fox wolf lamb moon snow frost winter summer march field ford marsh marks wells wise sharp small strong swift bright cross carter cooper mason miller potter shepherd taylor turner walker ward west north east banker bridges brooks bush fields gates
	maj zajac lis wilk kot krol mroz wrona sowa zima lato sroka kos dudek baran kozak mucha pajak ryba wojt mlynarz szewc krawiec kowal czarny bialy maly duzy dlugi dobry stary nowy gora las pola rola sobota niedziela piatek`)

// written says whether tokens i and j are written as a name: no everyday word in small
// letters beside a capital, nor beside another one.
func (s *scan) written(i, j int, f, l form) bool {
	a, b := f.common && !s.capital(i), l.common && !s.capital(j)
	return !a && !b || a != b && !s.capital(i) && !s.capital(j)
}

// alias is another way of writing a person.
type alias struct {
	person int
	words  []string // folded
}

// newStaffIndex prepares the forms of a list.
func newStaffIndex(staff []StaffName) staffIndex {
	x := staffIndex{first: map[string][]form{}, last: map[string][]form{}, aliases: map[string][]alias{}}
	for _, p := range staff {
		words := foldedWords(p.Name)
		if len(words) == 0 {
			continue
		}
		n := len(x.names)
		x.names = append(x.names, p.Name)
		for _, a := range p.Aliases {
			if w := foldedWords(a); len(w) > 0 {
				x.aliases[w[0]] = append(x.aliases[w[0]], alias{n, w})
			}
		}
		if len(words) == 1 {
			x.aliases[words[0]] = append(x.aliases[words[0]], alias{n, words})
			continue
		}
		for _, f := range inflections(words[0]) {
			x.first[f] = append(x.first[f], form{person: n, base: f == words[0], common: everyday[words[0]]})
		}
		last := lastWords(p.Name)
		for _, f := range inflections(last[0]) {
			x.last[f] = append(x.last[f], form{person: n, base: f == last[0], common: everyday[last[0]], tail: last[1:]})
		}
	}
	return x
}

func foldedWords(s string) []string {
	var words []string
	for _, t := range cut(s) {
		words = append(words, t.fold)
	}
	return words
}

// lastWords gives the last name: more than one word if a hyphen or an apostrophe
// ties them (O'Brien, Kowalska-Nowak).
func lastWords(name string) []string {
	tokens := cut(name)
	k := len(tokens) - 1
	for k > 1 && name[tokens[k-1].end:tokens[k].start] != " " {
		k--
	}
	var words []string
	for _, t := range tokens[k:] {
		words = append(words, t.fold)
	}
	return words
}

// staffTitles introduce a name used alone.
var staffTitles = wordSet(`p mr mrs ms miss mx dr pan pana panu panem panie pani pania`)

// spokenTo stand before the first name of somebody spoken to.
var spokenTo = wordSet(`to with by named called z ze od przez imieniu`)

// staffNames finds people of the staff list: full names in any order and in Polish
// cases, aliases, and one name alone after a title or after "spoke to".
func (s *scan) staffNames() {
	x := s.known
	if len(x.names) == 0 {
		return
	}
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.digit || t.url {
			continue
		}
		if last := s.staffAlias(i); last >= i {
			i = last
			continue
		}
		first, lasts := x.first[t.fold], x.last[t.fold]
		if len(first) == 0 && len(lasts) == 0 && len(t.fold) != 1 {
			continue
		}
		if last := s.staffFull(i, first, lasts); last > i {
			i = last
			continue
		}
		s.staffAlone(i, first, lasts)
	}
}

// staffAlias adds the alias that begins at token i and gives its last token, or -1.
func (s *scan) staffAlias(i int) int {
	for _, a := range s.known.aliases[s.at(i).fold] {
		if end := s.match(i, a.words); end > 0 {
			s.add(complaint.DetailStaff, s.known.names[a.person], 0.9, s.at(i).start, end)
			return i + len(a.words) - 1
		}
	}
	return -1
}

// staffFull adds the full name that begins at token i, in either order, with an
// initial between or instead of the first name; it gives the last token or -1.
func (s *scan) staffFull(i int, first, lasts []form) int {
	x := s.known
	if last := s.staffForward(i, i+1, first); last > i {
		return last
	}
	if len(s.at(i+1).fold) == 1 && s.near(i, ".") && len(first) > 0 { // Anna M. Kowalska
		if last := s.staffForward(i, i+2, first); last > i {
			return last
		}
	}
	for _, l := range lasts { // Kowalska Anna; Kowalska, Anna
		j := s.tail(i, l)
		if !s.near(j, ",") {
			continue
		}
		fs := x.first[s.at(j+1).fold]
		if k := slices.IndexFunc(fs, func(f form) bool { return f.person == l.person && s.written(j+1, i, f, l) }); k >= 0 {
			s.staff(l.person, i, j+1, sure(fs[k].base && l.base)-0.05)
			return j + 1
		}
	}
	return -1
}

// staffForward adds the name whose first word is token i and whose last name
// begins at token j; it gives the last token or -1.
func (s *scan) staffForward(i, j int, first []form) int {
	if !s.near(j-1, ".") {
		return -1
	}
	initial := len(s.at(i).fold) == 1 && s.capital(i) && s.capital(j) && j == i+1 && (!everyday[s.at(j).fold] || s.after(s.at(i).end) == '.')
	half := -1 // a person of whose double name only one half stands there
	for _, l := range s.known.last[s.at(j).fold] {
		end := s.tail(j, l)
		whole := end-j == len(l.tail)
		k := slices.IndexFunc(first, func(f form) bool { return f.person == l.person && s.written(i, j, f, l) })
		switch {
		case k >= 0 && whole:
			s.staff(l.person, i, end, sure(first[k].base && l.base))
			return end
		case k >= 0 && len(s.at(j).fold) > 1:
			half = l.person
		case initial && whole && strings.HasPrefix(fold(s.known.names[l.person]), s.at(i).fold):
			s.staff(l.person, i, end, 0.7)
			return end
		}
	}
	if half >= 0 {
		s.staff(half, i, j, 0.7)
		return j
	}
	return -1
}

func sure(base bool) float64 {
	if base {
		return 0.95
	}
	return 0.9
}

// tail gives the last token of a last name that begins at token j, taking its
// further words if they stand there.
func (s *scan) tail(j int, l form) int {
	end := j
	for _, w := range l.tail {
		next := s.at(end + 1).fold
		if !s.near(end, "-'’–`´") || !slices.Contains(inflections(w), next) {
			break
		}
		end++
	}
	return end
}

// staffAlone adds a last name after a title, or a first name after a title or
// after "spoke to"; the first name only if one person on the list has it.
func (s *scan) staffAlone(i int, first, lasts []form) {
	title := staffTitles[s.at(i-1).fold] && s.near(i-1, ".")
	if !s.capital(i) && !title {
		return
	}
	if whole := slices.DeleteFunc(slices.Clone(lasts), func(l form) bool { return s.tail(i, l) != i+len(l.tail) }); title && len(whole) > 0 {
		lasts = whole // Mrs Kowalska is hardly Kowalska-Zając
	}
	switch {
	case title && len(lasts) > 0 && onePerson(lasts):
		s.staff(lasts[0].person, i, s.tail(i, lasts[0]), 0.6)
	case title && len(first) > 0 && onePerson(first):
		s.staff(first[0].person, i, i, 0.5)
	case title && len(lasts) > 0:
		// One place, one name: staff choose among those who share it.
		s.staff(lasts[0].person, i, s.tail(i, lasts[0]), 0.4)
	case len(first) > 0 && onePerson(first) && months[s.at(i).fold] == 0 && spokenTo[s.at(i-1).fold] && s.near(i-1, ""):
		s.staff(first[0].person, i, i, 0.4)
	}
}

func onePerson(forms []form) bool {
	return !slices.ContainsFunc(forms, func(f form) bool { return f.person != forms[0].person })
}

// staff adds tokens i to last as a person of the list.
func (s *scan) staff(person, i, last int, confidence float64) {
	s.add(complaint.DetailStaff, s.known.names[person], confidence, s.at(i).start, s.at(last).end)
}
