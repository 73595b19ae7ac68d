package detail

import (
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
)

// sender is who a message says it is from.
type sender struct {
	words []string        // folded words of the name; fewer than two are no name
	known map[string]bool // folded words of the name and of the local part
}

func newSender(name, address string) sender {
	from := sender{known: map[string]bool{}}
	if !strings.ContainsRune(name, '@') && len(name) < 200 {
		for _, w := range cut(name) {
			if !titles[w.fold] {
				from.words = append(from.words, w.fold)
				from.known[w.fold] = true
			}
		}
	}
	local, _, _ := strings.Cut(address, "@")
	if len(local) <= maxLocal {
		for _, w := range cut(local) {
			if len(w.fold) > 2 {
				from.known[w.fold] = true
			}
		}
	}
	return from
}

// titles stand before names.
var titles = wordSet(`mr mrs ms miss mx dr prof sir pan pani panu pana panem pania panie mgr inz`)

// signOffs begin the line before a signature.
var signOffs = wordSet(`best regards wishes sincerely faithfully thanks thank cheers truly yours pozdrawiam pozdrowieniami powazaniem wyrazami szacunkiem serdecznie dziekuje podpisano signed`)

// signOffFill are the other words that such a line may hold.
var signOffFill = wordSet(`kind kindest best warm warmest many with yours and in advance you so much very regards wishes sincerely faithfully truly from
	thanks thank z szacunku serdecznie lacze wyrazy serdeczne uprzejmie gory pozdrowienia i poważaniem powazaniem pozdrawiam wyrazami pozdrowieniami dziekuje`)

// notNames end the search for a name.
var notNames = wordSet(`sent wyslano get wyslane the team customer support service services a an it is not very so i we you my your this that please phone tel mobile email mail address
	writing contacting unhappy disappointed complaining sorry afraid currently still student tenant resident klientem klientka mieszkancem studentem na do w od z jak dear`)

// beforeNames may stand before a name.
var beforeNames = wordSet(`name nazwisko nazywam am jestem`)

// names finds the customer's name: after "my name is", in a signature, and where
// the sender's own name stands.
func (s *scan) names(from sender) {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.digit || t.url {
			continue
		}
		if t.begins&beginsName != 0 {
			s.afterWord(i, from)
		}
		if t.begins&beginsSignature != 0 && s.signOffStart(i) {
			s.signature(i, from)
		}
		if len(from.words) >= 2 && (t.fold == from.words[0] || t.fold == from.words[len(from.words)-1]) {
			s.senderName(i, from)
		}
	}
}

// afterWord reads the name after a word that may stand before one.
func (s *scan) afterWord(i int, from sender) {
	switch s.at(i).fold {
	case "name":
		if s.at(i+1).fold == "is" && s.near(i, "") {
			s.introduced(i+2, 0.95, from)
		} else if strings.HasPrefix(s.gap(i), ":") {
			s.introduced(i+1, 0.9, from)
		}
	case "nazwisko":
		if strings.HasPrefix(s.gap(i), ":") {
			s.introduced(i+1, 0.95, from)
		}
	case "nazywam":
		if s.at(i+1).fold == "sie" {
			s.introduced(i+2, 0.95, from)
		}
	case "am", "jestem":
		s.introduced(i+1, 0, from)
	}
}

// introduced reads a name of one to four words at token i. With no confidence of
// its own the name must have two words, and be the sender's to count.
func (s *scan) introduced(i int, confidence float64, from sender) {
	if titles[s.at(i).fold] && s.near(i, ".") {
		i++
	}
	last := i - 1
	for k := i; k < i+4 && s.nameWord(k) && (k == i || s.nameGap(k-1)); k++ {
		last = k
	}
	if last < i || s.before(s.at(i).start) == '\n' {
		return
	}
	if confidence == 0 {
		if last == i || !from.known[s.at(i).fold] && !from.known[s.at(last).fold] {
			return
		}
		confidence = 0.8
	}
	s.name(i, last, confidence)
}

// nameWord says whether token i may be a word of a name.
func (s *scan) nameWord(i int) bool {
	t := s.at(i)
	if i >= len(s.tokens) || len(t.fold) == 1 && !strings.ContainsRune(".'’", s.after(t.end)) {
		return false
	}
	return !t.digit && t.end-t.start <= 40 && s.capital(i) && (!notNames[t.fold] || len(t.fold) == 1) && strings.IndexFunc(t.fold, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// nameGap says whether the gap after token i may stand inside a name.
func (s *scan) nameGap(i int) bool {
	switch s.gap(i) {
	case " ", "  ", "-", "'", "’", ". ", "\u00a0":
		return s.gap(i) != ". " || len(s.at(i).fold) == 1
	}
	return false
}

// name adds tokens i to last as a name.
func (s *scan) name(i, last int, confidence float64) {
	start, end := s.at(i).start, s.at(last).end
	s.add(complaint.DetailName, strings.Join(strings.Fields(s.text[start:end]), " "), confidence, start, end)
}

// signOffStart says whether only words of a sign-off come before token i in its
// line.
func (s *scan) signOffStart(i int) bool {
	for k := i; k >= 0 && k > i-5; k-- {
		if k == 0 || strings.Contains(s.gap(k-1), "\n") {
			return true
		}
		if !signOffFill[s.at(k-1).fold] {
			return strings.ContainsAny(s.gap(k-1), ".!") && k > i-4
		}
	}
	return false
}

// signature reads the name after the sign-off at token i: in its line, or alone in
// one of the next lines.
func (s *scan) signature(i int, from sender) {
	j := i + 1
	for j < i+5 && signOffFill[s.at(j).fold] && !strings.Contains(s.gap(j-1), "\n") {
		j++
	}
	g := s.gap(j - 1)
	if len(g) > 12 || strings.Trim(g, " \u00a0\t\r\n,.!-–—*_>:/)") != "" || strings.Count(g, "\n") > 3 {
		return
	}
	for n := 0; n < 2 && titles[s.at(j).fold] && s.near(j, "."); n++ {
		j++
	}
	last := j - 1
	known := false
	for k := j; k < j+4 && (k == j || s.nameGap(k-1)); k++ {
		if !s.nameWord(k) && !from.known[s.at(k).fold] {
			break
		}
		last = k
		known = known || from.known[s.at(k).fold]
	}
	if last < j {
		return
	}
	// The name stands alone: what follows is a line end, a comma, or nothing.
	if after := strings.TrimLeft(s.text[s.at(last).end:], " .*_\t\r"); after != "" && !strings.ContainsRune("\n,(|", rune(after[0])) {
		return
	}
	confidence := 0.85
	if last == j {
		confidence = 0.6
	}
	if known {
		confidence += 0.1
	}
	s.name(j, last, confidence)
}

// senderName finds the sender's full name, in either order.
func (s *scan) senderName(i int, from sender) {
	n := len(from.words)
	forward, backward := true, true
	for k := range n {
		w := s.at(i + k).fold
		forward = forward && w == from.words[k]
		backward = backward && w == from.words[(k+n-1)%n]
		if k > 0 && !s.nameGap(i+k-1) && s.gap(i+k-1) != ", " {
			return
		}
	}
	if forward || backward {
		s.name(i, i+n-1, 0.85)
	}
}
