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
	verbs = words(`wrote writes schrieb shrieb geschrieben schreef geschreven skrev skreiv skrifaði
		napisał napisała napisał(a) napisał/a napisał/napisała napisała(a) napisali napisano pisze
		napsal napsala napsal(a) napísal napísala napísal(a) napisal napisala napisal(a) napisao napisao/la
		écrit escribió escribio scritto scrive escreveu scris kirjoitti írta írja yazdı έγραψε viết
		написал написал(а) написала писал писал(а) писали пишет написав пише`)
	// glued are verbs of languages that write no blank before them.
	glued = []string{"写道", "寫道", "写道", "작성", "のメール", "のメッセージ", "書きました"}
	// citing begins an attribution that has no other verb.
	citing = words(`quoting zitat citando cytowanie citation citát`)
	// openers begin an attribution, with weekdays and digits.
	openers = words(`on at am um le el il em op den på dne dňa w dnia in a az в от il. ons wiadomość vào στις 在 於 no ut út st čt pá so ne po št pi uto sri čet
		mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
		pon wt śr sr czw pt sob niedz ndz poniedziałek wtorek środa czwartek piątek sobota niedziela
		mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag
		lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
		mié mie jue vie sáb sab dom lunes martes miércoles jueves viernes sábado domingo
		gio sab lunedì martedì mercoledì giovedì venerdì sabato domenica
		seg ter terça qua qui sex segunda quarta quinta sexta
		ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
		man tir tor fre lør søn ti to pe la su ke mandag tirsdag onsdag torsdag fredag lørdag søndag
		mån tis lör sön måndag tisdag torsdag lördag söndag
		пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье`)
	// firstPerson are words of a person who tells of their own letter, prose those of
	// one who tells of another's.
	firstPerson = words(`I we my ich wir ja napisałem napisałam je j'ai nous yo io ho jeg jag ik eu`)
	prose       = words(`the your his her their our this that me us who he she they somebody someone nobody but
		agent engineer manager colleague technician advisor company staff pan pani pana panią państwo państwa panowie mi mnie nam nas firma
		konsultant konsultantka technik serwisant kierownik pracownik pracownica który która ktoś nikt oraz ale mir uns ihr ihre`)
	// names and dates may hold these small words.
	smallWords = words(`you użytkownik uzytkownik von van de der den da di del la du e y i & - – | via from a ha to o od przez sie du utente użytkownika le
		by at um kl klo kello alle ore las los às à(s) tarihinde şunu şunları hat heeft het volgende ezt je la lúc đã ο χρήστης godz godzinie godzina dem v u om op z on am pm keltezéssel`)

	bracketed  = regexp.MustCompile(`[<(\[]\s*(?:mailto:)?[^\s<>@()\[\]]+\s?@[^\s<>@()]+\s*(?:<[^<>]*>)?\s*[>)\]]+|&lt;[^\s@]+@[^\s@]+&gt;`)
	address    = regexp.MustCompile(`[^\s<>@:;,"()\[\]]+@[^\s<>@:;,"()\[\]]+\.[^\s<>@:;,"()\[\]]+`)
	clockTime  = regexp.MustCompile(`\b\d{1,2}\s?[:.h∶]\s?\d{2}\b`)
	seconds    = regexp.MustCompile(`\b\d{1,2}[:.]\d{2}[:.]\d{2}\b`)
	fullDate   = regexp.MustCompile(`\b\d{1,4}[./年년-]\s?\d{1,2}[./月월-]\s?\d{1,4}\b`)
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
	for j := i; j < min(i+maxAttribution, len(d.lines)); j++ {
		s := d.look(j)
		if s == "" || len(s) > 500 || d.marked(j) && j > i && s[0] == '>' && len(s) > 2 {
			return 0, false
		}
		if !mayEnd(s) {
			if head := beforeText(s); head != "" && j == i && judgeAttribution(head) == certain {
				return j + 1, true
			}
			continue
		}
		c := d.accepted(i, j, strings.Join(d.looks[i:j+1], " "))
		if c != none && d.beginsBelow(i, j) {
			return 0, false
		}
		if c != none {
			return j + 1, c == certain
		}
		if strings.HasSuffix(s, ":") && !strings.HasPrefix(d.look(i), "Wiadomość") {
			return 0, false
		}
	}
	return 0, false
}

// mayEnd reports whether a line may be the last of an attribution.
func mayEnd(s string) bool {
	switch s[len(s)-1] {
	case ':', '-', '*', '_', '>':
		return true
	}
	return strings.HasSuffix(s, "：") || endsInVerb(s)
}

// beforeText is the attribution of a line on which the quoted text goes on.
//
// QUIRK: Yahoo's app for Android (testdata/forms.txt).
func beforeText(s string) string {
	at := strings.IndexByte(s, '@')
	if at < 0 {
		return ""
	}
	if i := strings.Index(s[at:], ": "); i > 0 && endsInVerb(s[:at+i]) {
		return s[:at+i+1]
	}
	return ""
}

// accepted is how sure it is that the lines from i to last are an attribution, by
// what they say and by what stands around them.
func (d *division) accepted(i, last int, joined string) confidence {
	c := judgeAttribution(joined)
	if c == certain && !strings.Contains(joined, "@") && !d.above(i) {
		c = likely // a letter that begins by quoting somebody
	}
	if next := d.next(last + 1); c == likely && !(next < len(d.lines) && (d.marked(next) || otherMark(d.look(next)) != "")) {
		c = none
	}
	return c
}

// otherMark is the mark of a quoted line that is not ">": "| ", "» ", or the letters
// of a name, as The Bat! and Gnus write them ("AL> ").
func otherMark(s string) string {
	for _, m := range []string{"| ", "» ", ": "} {
		if strings.HasPrefix(s, m) && !strings.HasSuffix(s, "|") {
			return m[:len(m)-1]
		}
	}
	i := strings.IndexByte(s[:min(len(s), 16)], '>')
	if i < 1 || i+1 < len(s) && s[i+1] != ' ' || strings.ContainsFunc(s[:i], func(r rune) bool { return !unicode.IsLetter(r) }) {
		return ""
	}
	return s[:i+1]
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
		if d.mayAttribute(k) && d.accepted(k, last, joined) != none {
			return true
		}
	}
	return false
}

// mayAttribute is the cheap test of a first line: it begins with an opener, a short
// word before a number (a weekday), a digit or no small letter.
func (d *division) mayAttribute(i int) bool {
	s := d.look(i)
	if s != "" && !plain(s[0]) {
		s = strings.TrimLeft(s, "-*_=— \"“„'([<")
	}
	if s == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.IsDigit(r) || !unicode.IsLower(r) && len(s) < 200 {
		return true
	}
	first, rest, _ := strings.Cut(s, " ")
	return openers[strings.ToLower(strings.Trim(first, ",.:;()"))] || len(first) < 10 && rest != "" && rest[0] >= '0' && rest[0] <= '9' ||
		strings.Contains(first, "@")
}

func endsInVerb(s string) bool {
	if s = strip(s, ":：*_-— "); s == "" {
		return false
	}
	last := strings.TrimRightFunc(s[max(0, len(s)-40):], unicode.IsSpace)
	last = strings.TrimLeftFunc(last[max(0, strings.LastIndexFunc(last, unicode.IsSpace)):], unicode.IsSpace)
	return verbs[strings.ToLower(last)] || endsGlued(s)
}

func endsGlued(s string) bool {
	if s == "" || s[len(s)-1] < utf8.RuneSelf {
		return false
	}
	for _, v := range glued {
		if strings.HasSuffix(s, v) {
			return true
		}
	}
	return false
}

type confidence uint8

const (
	none    confidence = iota
	likely             // if a quotation marked with ">" follows
	certain            // whatever follows
)

// judgeAttribution tells how sure it is that a text of joined lines is an attribution.
func judgeAttribution(joined string) confidence {
	s := strings.Trim(strings.Join(strings.Fields(strings.ReplaceAll(joined, ">", "> ")), " "), "-*_=— ")
	bare := strings.TrimRight(s, ":：*_ ")
	colon := len(bare) < len(s)
	fields := strings.Fields(bare)
	if len(fields) < 2 || len(fields) > 45 {
		return none
	}
	a := readAttribution(bare, fields)
	machine := a.mail && (a.time || a.bracket || a.opened) || a.seconds // people give neither
	switch {
	case a.own || a.sentence || a.prose && !(a.bracket && a.time) || a.strange > 4:
		return none
	case !colon && !(a.verb && a.mail && a.date && a.time):
		if a.opened && a.date && a.bracket && a.tailEmpty && a.strange == 0 {
			return likely
		}
		return none
	case appleEnd.MatchString(bare) && a.date:
		return certain
	case a.verb && a.date && machine:
		return certain
	case a.verb && a.date && a.time && a.opened && a.named && a.strange <= 1 && !a.you && len(fields) <= 20:
		return certain
	case a.date && a.bracket && a.tailEmpty && a.opened && !a.preposition && a.strange <= 2:
		return certain
	case a.strange > 2:
		return none
	case a.verb && (len(fields) <= 12 || a.mail), a.mail && (a.date || a.cites || len(fields) <= 5), a.date && a.time && len(fields) >= 3 && len(fields) <= 14:
		return likely
	}
	return none
}

// attributionSigns is what judgeAttribution weighs.
type attributionSigns struct {
	opened      bool // begins with an opener, a weekday or a digit
	preposition bool // begins with "On", "W" and the like: then a verb must come
	cites       bool // begins with "Quoting"
	verb        bool // a verb stands at the end, or before the name or date
	mail        bool // holds an address
	bracket     bool // holds an address in brackets
	tailEmpty   bool // nothing follows that address
	date, time  bool
	seconds     bool // holds a time to the second
	named       bool // the words beside the verb look like a name
	you         bool // "you wrote"
	own         bool // the writer tells of themselves
	prose       bool // holds words of a sentence
	strange     int  // further words in small letters
	sentence    bool // a sentence ends inside
}

func readAttribution(s string, fields []string) attributionSigns {
	var a attributionSigns
	first := strings.ToLower(strings.Trim(fields[0], ",.:;()\""))
	r, _ := utf8.DecodeRuneInString(first)
	short := len(fields) > 1 && len(first) < 10 && startsInDigit(fields[1])
	a.preposition = openers[first] && len(first) <= 4 && !strings.ContainsAny(fields[0][len(fields[0])-1:], ",.")
	a.opened = openers[first] || unicode.IsDigit(r) || short
	a.cites = citing[first]
	a.words(fields, endsGlued(s))
	if a.own || a.sentence || a.strange > 4 || !a.verb && !strings.ContainsAny(s, "0123456789@") {
		return a // no attribution, whatever the rest says
	}
	if loc := bracketed.FindStringIndex(s); loc != nil {
		a.bracket, a.mail = true, true
		a.tailEmpty = strings.Trim(s[loc[1]:], " <>()[]\"'") == ""
	}
	a.mail = a.mail || address.MatchString(s)
	a.time = clockTime.MatchString(s)
	a.seconds = a.time && seconds.MatchString(s)
	a.date = fullDate.MatchString(s) || dayAndYear.MatchString(s) || dayMonth.MatchString(s)
	return a
}

// words reads the words one by one.
func (a *attributionSigns) words(fields []string, glued bool) {
	verb, last := -1, len(fields)-1
	for i, f := range fields {
		raw := strings.Trim(f, ",.:;()\"'“”„[]<>")
		w := strings.ToLower(raw)
		r, _ := utf8.DecodeRuneInString(raw)
		switch {
		case strings.ContainsAny(f, "0123456789@") || raw == "":
		case firstPerson[raw] && !(i > 0 && w == "ho") && !(i == last && w == "je"):
			a.own = true
		case verbs[w] || verbs[w+")"]:
			if verb < 0 || i == last {
				verb = i
			}
		case prose[raw]:
			a.prose = true
			a.own = a.own || verb >= 0 // "wrote to me that"
		case !unicode.IsLower(r) || f[0] == '(' && i > 0 || smallWords[w] || openers[w] || f[len(f)-1] == '.':
			a.you = a.you || w == "you"
		case i > 0 && hasDigit(fields[i-1]) || i < last && hasDigit(fields[i+1]): // a month
		default:
			a.strange++
		}
		if i < last && len(f) > 5 && f[len(f)-1] == '.' && !strings.ContainsAny(f, "@0123456789") && !shortened(fields[i+1]) {
			a.sentence = true
		}
	}
	a.verb, a.named = verb >= 0 || glued, glued
	if verb >= 0 {
		a.named = named(fields, verb, verb < last)
	}
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func startsInDigit(s string) bool { return s[0] >= '0' && s[0] <= '9' }

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
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) && !smallWords[strings.ToLower(strings.Trim(f, ",.\""))] && !strings.ContainsAny(f, "@<>+(") {
			return false
		}
	}
	return true
}
