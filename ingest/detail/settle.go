package detail

import (
	"slices"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
)

// candidate is a detail before its place is settled.
type candidate struct {
	kind       complaint.DetailKind
	value      string
	confidence float64
	start, end int // bytes
}

// rank says who keeps a place that two kinds want: the smaller one.
var rank = map[complaint.DetailKind]int{
	complaint.DetailReference:    1,
	complaint.DetailEmail:        2,
	complaint.DetailStaff:        3,
	complaint.DetailAccount:      4,
	complaint.DetailTicket:       5,
	complaint.DetailTime:         6,
	complaint.DetailPostcode:     7,
	complaint.DetailRoom:         8,
	complaint.DetailPhone:        9,
	complaint.DetailName:         10,
	complaint.DetailPersonalData: 11,
	complaint.DetailConduct:      12,
	complaint.DetailAddress:      13,
}

// add notes a candidate, up to the limit of the text.
func (s *scan) add(kind complaint.DetailKind, value string, confidence float64, start, end int) {
	if len(s.found) < maxDetails && start < end && value != "" {
		s.found = append(s.found, candidate{kind, value, confidence, start, end})
	}
}

// claim marks the tokens that candidates of the kinds cover.
func (s *scan) claim(kinds ...complaint.DetailKind) {
	for _, c := range s.found {
		if !slices.Contains(kinds, c.kind) {
			continue
		}
		i, _ := slices.BinarySearchFunc(s.tokens, c.start, func(t token, start int) int { return t.start - start })
		for ; i < len(s.tokens) && s.tokens[i].start < c.end; i++ {
			s.tokens[i].claimed = true
		}
	}
}

// settle keeps one kind for each place. An address may hold other details; it
// gives way only to another address.
func settle(found []candidate) []candidate {
	slices.SortStableFunc(found, func(a, b candidate) int {
		if d := rank[a.kind] - rank[b.kind]; d != 0 {
			return d
		}
		return (b.end - b.start) - (a.end - a.start)
	})
	var flat, addresses []candidate
	for _, c := range found {
		list := &flat
		if c.kind == complaint.DetailAddress {
			list = &addresses
		}
		// The kept ones do not overlap, so one neighbour on each side is enough.
		at, _ := slices.BinarySearchFunc(*list, c.start, func(k candidate, start int) int { return k.start - start })
		if at < len(*list) && (*list)[at].start < c.end || at > 0 && (*list)[at-1].end > c.start {
			continue
		}
		*list = slices.Insert(*list, at, c)
	}
	all := append(addresses, flat...)
	slices.SortStableFunc(all, func(a, b candidate) int { return a.start - b.start })
	return all
}

// details settles the candidates and turns bytes into runes.
func (s *scan) details(part string) []complaint.Detail {
	kept := settle(s.found)
	out := make([]complaint.Detail, 0, len(kept))
	bytes, runes := 0, 0
	for _, c := range kept {
		runes += utf8.RuneCountInString(s.text[bytes:c.start])
		bytes = c.start
		text := s.text[c.start:c.end]
		out = append(out, complaint.Detail{
			Kind: c.kind, Value: c.value, Text: text, Confidence: c.confidence,
			Where: complaint.Place{Part: part, Start: runes, End: runes + utf8.RuneCountInString(text)},
		})
	}
	return out
}
