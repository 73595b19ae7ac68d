package message

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// sanitizer is the one policy of all readings; it is never changed after it was
// built, and building it costs more than using it.
var sanitizer = sync.OnceValue(newPolicy)

// newPolicy allows text, structure and links. Nothing is loaded from anywhere: no
// images, styles, forms, scripts or frames. An image of the message itself stays
// as its alternative text.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins",
		"small", "sub", "sup", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
		"pre", "code", "tt", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "center", "address",
		"abbr", "cite", "q", "a")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[0-9]{1,3}$`)).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?i:ltr|rtl)$`)).Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true) // brings rel="noopener"
	p.SkipElementsContent("title", "head", "style", "script", "template", "textarea", "select", "iframe", "object", "noscript")
	return p
}

// sanitize returns the HTML that staff may see.
func sanitize(s string) string {
	return strings.TrimSpace(sanitizer().Sanitize(s))
}
