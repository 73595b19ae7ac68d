package templates

import (
	"strings"

	"ask4.com/skarga/complaint"
)

// Wording is the text of all messages to customers, filled with the samples, in both
// languages, each paragraph once: by it our own words are known when they come back.
func (s *Set) Wording() (string, error) { return s.texts.Load().wording() }

func (t *texts) allWording() (string, error) {
	var all []string
	seen := map[string]bool{}
	for _, k := range kinds() {
		if k.ToStaff {
			continue
		}
		for _, d := range k.Samples() {
			d.Head().Language = complaint.Both
			m, err := t.whole(d)
			if err != nil {
				return "", err
			}
			for p := range strings.SplitSeq(m.Subject+"\n\n"+m.Text, "\n\n") {
				if !seen[p] {
					all = append(all, p)
				}
				seen[p] = true
			}
		}
	}
	return strings.Join(all, "\n\n"), nil
}
