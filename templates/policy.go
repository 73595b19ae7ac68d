package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"ask4.com/skarga/complaint"
)

//go:embed policy/*.txt
var policyFiles embed.FS

// PolicyFacts are the numbers and names that the published policy states. They
// come from the configuration in force, so that the policy cannot disagree with
// what the program does (P17).
type PolicyFacts struct {
	Address          string    // e-mail address that complaints are sent to
	FormURL          string    // of the online form; may be empty
	PostAddress      string    // one line; may be empty
	AcknowledgeHours int       // P12
	UpdateDays       int       // P13
	NextUpdateDays   int       // P13, after the first update; 0: not told
	RespondDays      int       // P14
	ReviewDays       int       // P15; 0: not told
	CloseDays        int       // P15, without a word after our answer; 0: not told
	OmbudsmanWeeks   int       // P16, for a complaint made now
	Calendar         string    // of the working days: GB-EAW, GB-SCT, GB-NIR or PL
	Ombudsman        Ombudsman // without a name: not told
	ICO              Body      // without a name: not told
}

// country says whose public holidays count, as the policy puts it.
func (f PolicyFacts) country(lang complaint.Language) string {
	names := map[string][2]string{
		"GB-EAW": {"in England and Wales", "w Anglii i Walii"}, "GB-SCT": {"in Scotland", "w Szkocji"},
		"GB-NIR": {"in Northern Ireland", "w Irlandii Północnej"}, "PL": {"in Poland", "w Polsce"},
	}[f.Calendar]
	if lang == complaint.Polish {
		return names[1]
	}
	return names[0]
}

// Policy gives the published complaints policy in one language, as a title and
// blocks of text.
func Policy(lang complaint.Language, f PolicyFacts) (title string, blocks []Block, err error) {
	t, err := template.New(string(lang)+".txt").Option("missingkey=error").
		Funcs(functions(lang)).ParseFS(policyFiles, "policy/"+string(lang)+".txt")
	if err != nil {
		return "", nil, fmt.Errorf("templates: policy: %w", err)
	}
	f.Ombudsman.Body, f.ICO = f.Ombudsman.Body.in(lang), f.ICO.in(lang)
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		PolicyFacts
		Country string
	}{f, f.country(lang)})
	if err != nil {
		return "", nil, fmt.Errorf("templates: policy: %w", err)
	}
	first, body, _ := strings.Cut(b.String(), "\n")
	title, ok := strings.CutPrefix(first, "Subject: ")
	if !ok {
		return "", nil, errors.New("templates: policy: the first line must read \"Subject: …\"")
	}
	return title, Blocks(body), nil
}

// PolicyText is the policy as plain text.
func PolicyText(lang complaint.Language, f PolicyFacts) (string, error) {
	title, blocks, err := Policy(lang, f)
	if err != nil {
		return "", err
	}
	return title + "\n\n" + plain(blocks), nil
}
