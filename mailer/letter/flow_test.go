package letter_test

import (
	"fmt"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// TestNoLineOfALetterStandsAlone draws long letters whose pages end anywhere in their
// paragraphs, lists and headings, and looks at what is on each page.
func TestNoLineOfALetterStandsAlone(t *testing.T) {
	t.Parallel()
	for _, large := range []bool{false, true} {
		for shift := range 2 {
			where := fmt.Sprintf("large %v, shifted by %d", large, shift)
			l := sample(t, complaint.English)
			l.Large, l.Parts = large, []templates.Part{{Lang: complaint.English, Blocks: shifted(shift)}}
			_, pages := open(t, l)
			lines := map[string]map[int]map[int]bool{} // of each paragraph: the lines on each page, by their height
			for n, p := range pages {
				for _, w := range p.Words {
					if id, _, ok := strings.Cut(w.Text, "."); ok {
						if lines[id] == nil {
							lines[id] = map[int]map[int]bool{}
						}
						if lines[id][n] == nil {
							lines[id][n] = map[int]bool{}
						}
						lines[id][n][(w.Box[1]+w.Box[3]/2)/200] = true
					}
				}
			}
			divided := 0
			first := func(id string) (page int) {
				for page = range pages {
					if len(lines[id][page]) > 0 {
						return page
					}
				}
				t.Errorf("%s: no %s", where, id)
				return -1
			}
			for id, on := range lines {
				if len(on) > 1 {
					divided++
				}
				for n, some := range on {
					if len(on) > 1 && len(some) < 2 {
						t.Errorf("%s: one line of %s is alone on page %d", where, id, n+1)
					}
				}
				if number, ok := strings.CutPrefix(id, "heading"); ok && first(id) != first("paragraph"+number) {
					t.Errorf("%s: heading %s is not on the page of its paragraph", where, number)
				}
				if number, ok := strings.CutPrefix(id, "last"); ok && lines["other"+number][first(id)] == nil {
					t.Errorf("%s: the end of list %s is alone on page %d", where, number, first(id)+1)
				}
				if number, ok := strings.CutPrefix(id, "lead"); ok && first(id) != first("item"+number) {
					t.Errorf("%s: what leads to list %s is not on its page", where, number)
				}
			}
			last := len(pages) - 1
			if first("closing") != first("name") || len(lines["end"][first("closing")]) == 0 || last-first("closing") > 1 {
				t.Errorf("%s: the closing is on page %d, the name on %d, the end on %v", where, first("closing")+1, first("name")+1, lines["end"])
			}
			if divided == 0 {
				t.Errorf("%s: no page ends within a paragraph of %d pages", where, len(pages))
			}
		}
	}
}

// shifted are the blocks of a long letter, whose words name their paragraph. None ends in a
// digit, after which a space is held.
func shifted(by int) (all []templates.Block) {
	say := func(id string, words int) string {
		s := make([]string, words)
		for i := range s {
			s[i] = fmt.Sprintf("%s.%dth", id, i)
		}
		return strings.Join(s, " ")
	}
	for i := range 24 {
		all = append(all, templates.Block{Heading: say(fmt.Sprint("heading", i), 1)}, templates.Block{Text: say(fmt.Sprint("paragraph", i), 4+(i*11+by*7)%37)},
			templates.Block{Text: say(fmt.Sprint("lead", i), 2)}, templates.Block{Items: []string{say(fmt.Sprint("item", i), 1+i%5*4), say(fmt.Sprint("more", i), 1), say(fmt.Sprint("other", i), 15), say(fmt.Sprint("last", i), 1)}})
	}
	return append(all, templates.Block{Text: say("end", 20)}, templates.Block{Text: say("closing", 2)}, templates.Block{Text: say("name", 2)})
}
