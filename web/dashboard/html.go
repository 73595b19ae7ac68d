package dashboard

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"ask4.com/skarga/complaint/figures"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("report").Parse(pageText))

// HTML writes the report as one page that loads nothing: styles and charts are in
// it, it is readable when printed, and each number opens the list of its references.
func HTML(w io.Writer, firm string, r figures.Report) error {
	charts, err := Charts(r)
	if err != nil {
		return err
	}
	err = page.Execute(w, struct {
		Firm, Title, AsOf string
		Charts            []Chart
		Sections          []Section
	}{firm, Title(r), AsOf(r), charts, Sections(r)})
	if err != nil {
		return fmt.Errorf("dashboard: %w", err)
	}
	return nil
}
