package quote

import (
	"regexp"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// opening is a large expression that is tried on every line and matches few. A
// line whose first letters no alternative begins with is refused by a look into a
// map, since the expression itself costs more than all other reading of a line.
type opening struct {
	*regexp.Regexp
	starts map[string]bool // folded beginnings, of openingRunes runes or fewer
	pairs  [1 << 8]uint64  // a bit for each pair of folded ASCII letters that one begins with
}

// openingRunes is how many runes of a line are looked up.
const openingRunes = 5

// opens compiles an expression that begins with ^ and whose case does not matter.
func opens(expr string) opening {
	o := opening{Regexp: regexp.MustCompile(expr), starts: map[string]bool{}}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic(err) // MustCompile took it
	}
	for _, s := range beginnings(tree.Simplify(), openingRunes) {
		o.starts[s.text] = true
		o.pair(s.text)
	}
	return o
}

// pair notes the first two letters of a beginning.
func (o *opening) pair(start string) {
	if start == "" || start[0] >= utf8.RuneSelf {
		return
	}
	for second := range byte(utf8.RuneSelf) {
		if len(start) == 1 || start[1] == second {
			at := pairAt(start[0], second)
			o.pairs[at/64] |= 1 << (at % 64)
		}
	}
}

func pairAt(a, b byte) uint { return uint(a)<<7 | uint(b) }

// upper folds an ASCII letter as folded does.
func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}

// may says whether a line can match at all.
func (o *opening) may(s string) bool {
	if len(s) > 1 && s[0] < utf8.RuneSelf && s[1] < utf8.RuneSelf && !o.starts[""] {
		if at := pairAt(upper(s[0]), upper(s[1])); o.pairs[at/64]&(1<<(at%64)) == 0 {
			return false // nearly all lines
		}
	}
	var b [4 * openingRunes]byte
	start, n := b[:0], 0
	if o.starts[""] {
		return true
	}
	for _, r := range s {
		start = utf8.AppendRune(start, folded(r))
		if n++; o.starts[string(start)] {
			return true
		}
		if n == openingRunes {
			break
		}
	}
	return false
}

// folded is one rune for all that (?i) takes for the same letter: the least.
func folded(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// beginning is the folded start of what an expression matches; ended when
// nothing is known of what follows.
type beginning struct {
	text  string
	ended bool
}

func (b beginning) full(n int) bool { return b.ended || len([]rune(b.text)) >= n }

// beginnings lists the starts, n runes long, of all that an expression matches.
func beginnings(re *syntax.Regexp, n int) []beginning {
	switch re.Op {
	case syntax.OpLiteral:
		text := ""
		for _, r := range re.Rune[:min(n, len(re.Rune))] {
			text += string(folded(r))
		}
		return []beginning{{text: text}}
	case syntax.OpCharClass:
		return ofClass(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		all := beginnings(re.Sub[0], n)
		for i := range all {
			all[i].ended = all[i].ended || re.Op == syntax.OpPlus
		}
		return all
	case syntax.OpQuest:
		return append(beginnings(re.Sub[0], n), beginning{})
	case syntax.OpAlternate:
		var all []beginning
		for _, sub := range re.Sub {
			all = append(all, beginnings(sub, n)...)
		}
		return all
	case syntax.OpConcat:
		return ofConcat(re.Sub, n)
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpBeginLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []beginning{{}}
	}
	return []beginning{{ended: true}} // anything
}

// ofClass lists the runes of a small class.
func ofClass(ranges []rune) []beginning {
	var all []beginning
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if all = append(all, beginning{text: string(folded(r))}); len(all) > 40 {
				return []beginning{{ended: true}}
			}
		}
	}
	return all
}

// ofConcat puts the starts of parts together until they are n runes long.
func ofConcat(parts []*syntax.Regexp, n int) []beginning {
	all := []beginning{{}}
	for _, part := range parts {
		var longer []beginning
		grew := false
		for _, b := range all {
			if b.full(n) {
				longer = append(longer, b)
				continue
			}
			grew = true
			for _, next := range beginnings(part, n-len([]rune(b.text))) {
				longer = append(longer, beginning{text: b.text + next.text, ended: next.ended})
			}
		}
		if all = longer; !grew {
			break
		}
	}
	for i := range all { // what follows the whole expression may be anything
		all[i].text = firstRunes(all[i].text, n)
	}
	return all
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}
