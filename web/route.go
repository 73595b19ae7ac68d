package web

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"ask4.com/skarga/complaint"
)

// slugs are the paths of the public pages in each language, without the language
// itself: /en/complaint/check is /pl/skarga/sprawdz.
var slugs = map[string]map[complaint.Language]string{
	"home":       {complaint.English: "", complaint.Polish: ""},
	"policy":     {complaint.English: "policy", complaint.Polish: "zasady"},
	"start":      {complaint.English: "complaint", complaint.Polish: "skarga"},
	"about":      {complaint.English: "complaint/about", complaint.Polish: "skarga/temat"},
	"staff":      {complaint.English: "complaint/member-of-staff", complaint.Polish: "skarga/pracownik"},
	"happened":   {complaint.English: "complaint/what-happened", complaint.Polish: "skarga/co-sie-stalo"},
	"remedy":     {complaint.English: "complaint/put-it-right", complaint.Polish: "skarga/oczekiwania"},
	"evidence":   {complaint.English: "complaint/details", complaint.Polish: "skarga/szczegoly"},
	"files":      {complaint.English: "complaint/files", complaint.Polish: "skarga/pliki"},
	"forwhom":    {complaint.English: "complaint/for-whom", complaint.Polish: "skarga/w-czyim-imieniu"},
	"person":     {complaint.English: "complaint/your-details", complaint.Polish: "skarga/dane"},
	"reply":      {complaint.English: "complaint/reply", complaint.Polish: "skarga/odpowiedz"},
	"email":      {complaint.English: "complaint/email", complaint.Polish: "skarga/e-mail"},
	"post":       {complaint.English: "complaint/address", complaint.Polish: "skarga/adres"},
	"check":      {complaint.English: "complaint/check", complaint.Polish: "skarga/sprawdz"},
	"sent":       {complaint.English: "complaint/sent", complaint.Polish: "skarga/wyslano"},
	"status":     {complaint.English: "status", complaint.Polish: "stan-sprawy"},
	"statussent": {complaint.English: "status/link-sent", complaint.Polish: "stan-sprawy/link-wyslany"},
	"open":       {complaint.English: "status/open/{token}", complaint.Polish: "stan-sprawy/otworz/{token}"},
	"letter":     {complaint.English: "status/letter/{token}", complaint.Polish: "stan-sprawy/list/{token}"},
	"case":       {complaint.English: "status/complaint", complaint.Polish: "stan-sprawy/skarga"},
	"survey":     {complaint.English: "survey/{token}", complaint.Polish: "ankieta/{token}"},
	"stop":       {complaint.English: "survey/stop/{token}", complaint.Polish: "ankieta/stop/{token}"},
	"wish":       {complaint.English: "status/what-you-want", complaint.Polish: "stan-sprawy/prosba"},
	"more":       {complaint.English: "status/add", complaint.Polish: "stan-sprawy/dodaj"},
	"morefiles":  {complaint.English: "status/files", complaint.Polish: "stan-sprawy/pliki"},
	"morecheck":  {complaint.English: "status/check", complaint.Polish: "stan-sprawy/sprawdz"},
	"moresent":   {complaint.English: "status/sent", complaint.Polish: "stan-sprawy/wyslano"},
}

// path is the address of a page in a language.
func path(id string, l complaint.Language) string {
	return "/" + string(l) + "/" + slugs[id][l]
}

// page registers a handler for a page in every language.
func (s *Site) page(method, id string, h func(*visit)) {
	for _, l := range Languages {
		p := path(id, l)
		if strings.HasSuffix(p, "/") {
			p += "{$}"
		}
		s.mux.HandleFunc(method+" "+p, func(w http.ResponseWriter, r *http.Request) {
			h(&visit{Site: s, w: w, r: r, lang: l, id: id})
		})
	}
}

// preferred chooses the language for a visitor who named none: Polish where the
// browser asks for it before English, else English.
func preferred(r *http.Request) complaint.Language {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return complaint.English
	}
	_, i, _ := matcher.Match(tags...)
	return Languages[i]
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Polish})

// languageOf is the language of an address; the preferred one where it has none.
func languageOf(r *http.Request) complaint.Language {
	for _, l := range Languages {
		if strings.HasPrefix(r.URL.Path, "/"+string(l)+"/") {
			return l
		}
	}
	return preferred(r)
}
