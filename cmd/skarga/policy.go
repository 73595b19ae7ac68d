package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

type policyCmd struct {
	Language []complaint.Language `help:"Print this language only: en or pl." name:"language" placeholder:"LANGUAGE"`
}

// Run prints the policy in force: the page at the web's door says the same.
func (c policyCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	if len(c.Language) == 0 {
		c.Language = []complaint.Language{complaint.English, complaint.Polish}
	}
	for i, l := range c.Language {
		if !slices.Contains([]complaint.Language{complaint.English, complaint.Polish}, l) {
			return usageError{fmt.Errorf("there is no policy in %q; there are en and pl", l)}
		}
		text, err := templates.PolicyText(l, a.policyFacts())
		if err != nil {
			return err
		}
		if s.cli.JSON {
			if err := json.NewEncoder(s.out).Encode(map[string]any{"language": l, "text": text}); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		fmt.Fprint(s.out, text)
	}
	return nil
}
