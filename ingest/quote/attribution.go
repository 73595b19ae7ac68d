package quote

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An attribution is the sentence that a mail program writes above a quotation:
// "On <date>, <name> <address> wrote:". Its words come in three orders: the verb
// at the end (English, Polish, French, Spanish, Italian, Portuguese, Finnish,
// Hungarian), the verb before the name (German, Dutch, the Nordic languages), and
// no verb at all (Gmail in Russian, old Gmail).
var (
	verbsLast = words(`wrote said writes geschrieben
		napisał napisała napisał(a) napisał/a napisał/napisała napisała(a) napisali pisze napisal napisala napisal(a)
		écrit escribió escribio scritto scrive escreveu kirjoitti írta írt írja napsal napsal(a) napísal(a)
		написал написал(а) написала писал писал(а) пишет написав пише`)
	verbsMiddle = words(`schrieb schreef skrev shrieb geschrieben heeft het skreiv`)
	// openers begin an attribution, with weekdays and digits.
	openers = words(`on at am um le el il em op den på dne w dnia in a az в от il. ons wiadomość
		mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
		pon wt śr sr czw pt sob niedz ndz poniedziałek wtorek środa czwartek piątek sobota niedziela
		mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag
		lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
		mié mie jue vie sáb sab dom lunes martes miércoles jueves viernes sábado domingo
		gio sab lunedì martedì mercoledì giovedì venerdì sabato domenica
		seg ter qua qui sex segunda terça quarta quinta sexta
		ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
		man tir tor fre lør søn ti to pe la su ke mandag tirsdag onsdag torsdag fredag lørdag søndag
		mån tis lör sön måndag tisdag torsdag lördag söndag
		пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье`)
	// firstPerson are words of a person who tells of their own letter.
	firstPerson = words(`I we ich wir ja my napisałem napisałam je j'ai nous yo io ho jeg jag ik eu`)
	// names may hold these small words.
	smallWords = words(`you użytkownik uzytkownik von van de der den da di del la du e y i & - – | via from a ha to o od przez sie du utente użytkownika le`)

	bracketed  = regexp.MustCompile(`[<(\[]\s*(?:mailto:)?[^\s<>@()\[\]]+\s?@[^\s<>@()]+\s*(?:<[^<>]*>)?\s*[>)\]]+|&lt;[^\s@]+@[^\s@]+&gt;`)
	address    = regexp.MustCompile(`[^\s<>@:;,"()\[\]]+@[^\s<>@:;,"()\[\]]+\.[^\s<>@:;,"()\[\]]+`)
	clockTime  = regexp.MustCompile(`\b\d{1,2}\s?[:.h]\s?\d{2}\b`)
	fullDate   = regexp.MustCompile(`\b\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}\b`)
	dayAndYear = regexp.MustCompile(`\b\d{1,2}\b.*\b(?:19|20)\d\d\b|\b(?:19|20)\d\d\b.*\b\d{1,2}\b`)
	dayMonth   = regexp.MustCompile(`(?i)\b\d{1,2}\.?\s+\p{L}{3,}|\p{L}{3,}\.?\s+\d{1,2}\b`)
	appleEnd   = regexp.MustCompile(`(?i)^(?:wiadomość napisana|message écrit|nachricht von)\b`)
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// maxAttribution is how many lines an attribution may run over: some programs give the
// address, and each bracket, a line of its own.
const maxAttribution = 6

// attribution reports an attribution that begins at line i and may run over a few
// lines: the line behind it, and whether unmarked text below it is history too.
func (d *division) attribution(i int) (end int, closes bool) {
	if !d.mayAttribute(i) {
		return 0, false
	}
	joined := ""
	for j := i; j < min(i+maxAttribution, len(d.lines)); j++ {
		s := d.look(j)
		if s == "" || len(s) > 500 || d.marked(j) && j > i && s[0] == '>' && len(s) > 2 {
			return 0, false
		}
		joined += " " + s
		if c := s[len(s)-1]; c != ':' && c != '-' && c != '*' && c != '_' && !endsInVerb(s) {
			continue
		}
		next := d.next(j + 1)
		above := next < len(d.lines) && d.marked(next)
		a := judgeAttribution(joined)
		if a == certain && !strings.Contains(joined, "@") && !d.above(i) {
			a = likely // a letter that begins by quoting somebody
		}
		switch {
		case (a == certain || a == likely && above) && d.beginsBelow(i, j):
			return 0, false
		case a == certain, a == likely && above:
			return j + 1, a == certain
		}
		if strings.HasSuffix(s, ":") && !strings.HasPrefix(joined, " Wiadomość") {
			return 0, false
		}
	}
	return 0, false
}

// beginsBelow reports an attribution that begins below line i and ends at line last:
// line i is the end of a letter then, without a blank line between. Where a line that
// looks like the beginning of a date stands first, it does belong to it.
func (d *division) beginsBelow(i, last int) bool {
	s := d.look(i)
	first, _, _ := strings.Cut(s, " ")
	r, _ := utf8.DecodeRuneInString(first)
	opens := unicode.IsDigit(r) || openers[strings.ToLower(strings.Trim(first, ",.:;()"))]
	if opens && (strings.ContainsAny(s, "0123456789") || strings.HasSuffix(s, ",")) {
		return false
	}
	joined := ""
	for k := last; k > i; k-- {
		joined = d.look(k) + " " + joined
		if judgeAttribution(joined) == certain {
			return true
		}
	}
	return false
}

// mayAttribute is the cheap test of a first line: it begins with an opener, a
// weekday, a digit or, where a quotation follows, a capital.
func (d *division) mayAttribute(i int) bool {
	s := d.look(i)
	if s != "" && !plain(s[0]) {
		s = strings.TrimLeft(s, "-*_=— \"“„'([")
	}
	if s == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.IsDigit(r) {
		return true
	}
	if unicode.IsUpper(r) && len(s) < 200 {
		return true
	}
	first, _, _ := strings.Cut(s, " ")
	return openers[strings.ToLower(strings.Trim(first, ",.:;()"))]
}

func endsInVerb(s string) bool {
	f := strings.Fields(s[max(0, len(s)-40):])
	if len(f) == 0 {
		return false
	}
	return verbsLast[strings.ToLower(strings.Trim(f[len(f)-1], ":*_-"))]
}

type confidence uint8

const (
	none    confidence = iota
	likely             // if a quotation marked with ">" follows
	certain            // whatever follows
)

// judgeAttribution tells how sure it is that a text of joined lines is an attribution.
func judgeAttribution(joined string) confidence {
	s := strings.Trim(strings.Join(strings.Fields(joined), " "), "-*_=— ")
	colon := strings.HasSuffix(s, ":")
	s = strings.TrimRight(s, ":*_ ")
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 45 {
		return none
	}
	a := readAttribution(s, fields)
	if a.own || a.sentence {
		return none
	}
	switch {
	case !colon && !(a.verbLast && a.mail && a.date && a.time):
		return none
	case a.opened && a.date && (a.verbLast || a.verbMiddle):
		if a.mail || a.named && len(fields) <= 20 {
			return certain
		}
		return likely
	case a.opened && a.date && a.bracket && a.tailEmpty && (!a.preposition || appleEnd.MatchString(s)):
		return certain
	case appleEnd.MatchString(s) && a.date:
		return certain
	case a.date && a.mail && (a.verbLast || a.verbMiddle) && (a.time || a.bracket):
		return certain
	case a.date && a.time && a.verbMiddle && a.named && len(fields) <= 12:
		return certain
	case a.verbLast || a.verbMiddle:
		if len(fields) <= 12 || a.mail {
			return likely
		}
	}
	return none
}

// attributionSigns is what judgeAttribution weighs.
type attributionSigns struct {
	opened      bool // begins with an opener, a weekday or a digit
	preposition bool // begins with "On", "W" and the like: then a verb must come
	verbLast    bool
	verbMiddle  bool
	mail        bool // holds an address
	bracket     bool // holds an address in brackets
	tailEmpty   bool // nothing follows that address
	date, time  bool
	named       bool // the words beside the verb look like a name, or "you"
	own         bool // the writer tells of themselves
	sentence    bool // a sentence ends inside
}

func readAttribution(s string, fields []string) attributionSigns {
	var a attributionSigns
	first := strings.ToLower(strings.Trim(fields[0], ",.:;()\""))
	r, _ := utf8.DecodeRuneInString(first)
	a.preposition = openers[first] && len(first) <= 4 && !a.weekday(fields)
	a.opened = openers[first] || unicode.IsDigit(r)
	verb := len(fields) - 1
	a.verbLast = verbsLast[strings.ToLower(strings.Trim(fields[verb], ",.\""))]
	if !a.verbLast {
		for i, f := range fields[:verb] {
			if f = strings.ToLower(f); verbsMiddle[f] {
				a.verbMiddle, verb = true, i
				break
			}
		}
	}
	if loc := bracketed.FindStringIndex(s); loc != nil {
		a.bracket, a.mail = true, true
		a.tailEmpty = strings.Trim(s[loc[1]:], " <>()[]\"'") == ""
	}
	a.mail = a.mail || address.MatchString(s)
	a.time = clockTime.MatchString(s)
	a.date = fullDate.MatchString(s) || dayAndYear.MatchString(s) || dayMonth.MatchString(s)
	a.named = named(fields, verb, a.verbMiddle)
	for i, f := range fields {
		if w := strings.Trim(f, ",\""); firstPerson[w] && !(i > 0 && w == "ho") {
			a.own = a.own || i == verb-1 || i == verb+1 || w == "I" || w == "we"
		}
		if i < len(fields)-1 && len(f) > 5 && strings.HasSuffix(f, ".") && !strings.ContainsAny(f, "@0123456789") && !shortened(fields[i+1]) {
			a.sentence = true
		}
	}
	return a
}

// weekday reports whether the first word is one of the short weekdays, which end
// in a comma or a point where a preposition does not.
func (a attributionSigns) weekday(fields []string) bool {
	return strings.ContainsAny(fields[0][len(fields[0])-1:], ",.")
}

// shortened reports whether what follows a point goes on in the same sentence.
func shortened(next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	return !unicode.IsUpper(r)
}

// named reports whether the three words beside the verb are capitals, small words
// of names, numbers or addresses.
func named(fields []string, verb int, middle bool) bool {
	from, to := max(1, verb-3), verb
	if middle && verb < len(fields)-1 {
		from, to = verb+1, min(len(fields), verb+4)
	}
	if from >= to {
		return false
	}
	for _, f := range fields[from:to] {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(f, "\"'“„(<[&"))
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) && !smallWords[strings.ToLower(strings.Trim(f, ",\""))] && !strings.ContainsAny(f, "@<>+") {
			return false
		}
	}
	return true
}
