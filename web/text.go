package web

import (
	"embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"ask4.com/skarga/complaint"
)

//go:embed text/en.toml text/pl.toml
var textFiles embed.FS

// Languages are those of the public pages, in the order in which they are offered
// (P17).
var Languages = []complaint.Language{complaint.English, complaint.Polish}

// catalog holds the words of the pages in one language, by section and key:
// "about.title".
type catalog map[string]string

// loadCatalogs reads the words of every language. Each language has the same keys:
// a test sees to that.
func loadCatalogs() (map[complaint.Language]catalog, error) {
	all := map[complaint.Language]catalog{}
	for _, l := range Languages {
		var sections map[string]map[string]string
		if _, err := toml.DecodeFS(textFiles, "text/"+string(l)+".toml", &sections); err != nil {
			return nil, fmt.Errorf("web: words in %s: %w", l, err)
		}
		all[l] = catalog{}
		for section, words := range sections {
			for key, text := range words {
				all[l][section+"."+key] = whole.Replace(text)
			}
		}
	}
	return all, nil
}

// whole keeps what is one word on one line: a browser breaks at a hyphen.
var whole = strings.NewReplacer("e-mail", "e\u2011mail", "E-mail", "E\u2011mail")

// say gives a text with its arguments filled in as fmt.Sprintf does. A key that is
// not there is an error of ours, and shows itself.
func (c catalog) say(key string, args ...any) string {
	text, ok := c[key]
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// has says whether there is a text.
func (c catalog) has(key string) bool {
	_, ok := c[key]
	return ok
}
