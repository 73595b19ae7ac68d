package main

import (
	"encoding/json"
	"fmt"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

type policyCmd struct {
	Language string `help:"en, pl, or both." enum:"en,pl,both" default:"both"`
}

// Run prints the published policy with the numbers and names in force (P17).
func (c policyCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	facts, between := a.policyFacts(), ""
	for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
		if c.Language != "both" && c.Language != string(lang) {
			continue
		}
		text, err := templates.PolicyText(lang, facts)
		if err != nil {
			return err
		}
		if s.cli.JSON {
			err = json.NewEncoder(s.out).Encode(map[string]string{"language": string(lang), "text": text})
		} else {
			_, err = fmt.Fprintf(s.out, "%s%s\n", between, text)
		}
		if err != nil {
			return err
		}
		between = "\n" + rule + "\n\n"
	}
	return nil
}

// rule parts two texts that stand one under the other.
const rule = "----------------------------------------------------------------"
