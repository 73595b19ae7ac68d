package detail

import (
	"strings"

	"ask4.com/skarga/complaint"
)

// roomWords come before the number of a room, flat or unit, folded.
var roomWords = wordSet(`room rooms rm flat apartment apt unit studio bedroom suite pokoj pokoju pok mieszkanie mieszkania mieszkaniu lokal lokalu lok m`)

// buildingWords come before the name of a building.
var buildingWords = wordSet(`cluster building block bldg tower budynek budynku blok bloku akademik`)

// rooms finds rooms, with the building beside them.
func (s *scan) rooms() {
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.begins&beginsRoom == 0 || t.url || t.fold == "m" && !(s.at(i-1).digit && strings.TrimSpace(s.gap(i-1)) == "" && s.polish) {
			continue
		}
		j := i + 1
		for j < i+3 && numberWords[s.at(j).fold] && s.near(j-1, ".:") {
			j++
		}
		if !s.near(j-1, ".:#") || strings.Contains(s.gap(j-1), ". ") && j == i+1 && len(t.fold) > 3 {
			continue
		}
		last, end := s.joined(j)
		id := strings.ToUpper(s.text[s.at(j).start:end])
		if s.gap(last) == "." && s.at(last+1).digit && len(s.at(last+1).fold) <= 3 { // floor.room
			last++
			end = s.at(last).end
			id += "." + strings.ToUpper(s.raw(last))
		}
		if !roomID(id) || s.amount(last, end) || s.currency(s.at(j).start) {
			continue
		}
		value, start := id, t.start
		if b, name := s.buildingBefore(i); name != "" {
			value, start = name+" "+id, b
		} else if e, name := s.buildingAfter(last); name != "" {
			value, end = name+" "+id, e
		}
		s.add(complaint.DetailRoom, value, 0.85, start, end)
		i = last
	}
}

// roomID says whether it looks like 12, 12B, B12, G/12, 4.21 or a single letter.
func roomID(id string) bool {
	digits := countDigits(id)
	if len(id) == 1 {
		return digits == 1 || id >= "A" && id <= "H"
	}
	letters := 0
	for i := range len(id) {
		if id[i] >= 'A' && id[i] <= 'Z' {
			letters++
		} else if id[i] >= 0x80 {
			return false
		}
	}
	return digits >= 1 && digits <= 6 && letters <= 2 && len(id) <= 9
}

// buildingBefore reads "Building X," before token i.
func (s *scan) buildingBefore(i int) (start int, name string) {
	if s.near(i-1, ",") && s.near(i-2, "") && buildingWords[s.at(i-2).fold] && len(s.at(i-1).fold) <= 12 {
		return s.at(i - 2).start, s.raw(i-2) + " " + s.raw(i-1)
	}
	return 0, ""
}

// buildingAfter reads ", Building X" after token i.
func (s *scan) buildingAfter(i int) (end int, name string) {
	if !s.near(i, ",") || !s.near(i+1, "") || !buildingWords[s.at(i+1).fold] || !s.capital(i+2) && !s.at(i+2).digit {
		return 0, ""
	}
	return s.at(i + 2).end, s.raw(i+1) + " " + s.raw(i+2)
}
