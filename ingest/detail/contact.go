package detail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"github.com/nyaruka/phonenumbers"
)

// Bounds of an address (RFC 5321 section 4.5.3.1).
const (
	maxLocal  = 64
	maxDomain = 253
)

// ownContacts sorts the firm's own addresses from its phone numbers.
func ownContacts(own []string, region string) (mail, phone map[string]bool) {
	mail, phone = map[string]bool{}, map[string]bool{}
	for _, o := range own {
		if o = strings.TrimSpace(o); strings.Contains(o, "@") {
			mail[mailKey(o)] = true
		} else if n, err := phonenumbers.Parse(o, region); err == nil {
			phone[phonenumbers.Format(n, phonenumbers.E164)] = true
		}
	}
	return mail, phone
}

// mailKey folds an address and drops its +tag, by which we tell our own apart.
func mailKey(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}

// emails finds the addresses around each @.
func (s *scan) emails() {
	for at := 0; ; {
		n := strings.IndexByte(s.text[at:], '@')
		if n < 0 {
			return
		}
		at += n
		start, end := s.localStart(at), s.domainEnd(at+1)
		local, domain := s.text[start:at], s.text[at+1:end]
		at++
		if local == "" || !validDomain(domain) || strings.HasSuffix(strings.ToLower(s.text[:start]), "cid:") {
			continue
		}
		address := local + "@" + strings.ToLower(domain)
		if s.finder.ownMail[mailKey(address)] || s.finder.ownMail["@"+strings.ToLower(domain)] {
			continue
		}
		s.add(complaint.DetailEmail, address, 0.98, start, end)
	}
}

// localStart goes back from the @ over what may stand in a local part.
func (s *scan) localStart(at int) int {
	i := at
	for i > 0 && at-i < maxLocal {
		r, size := utf8.DecodeLastRuneInString(s.text[:i])
		if !isWord(r) && !strings.ContainsRune("._%+-'&=", r) {
			break
		}
		i -= size
	}
	for i < at && strings.IndexByte(".'-&=%+", s.text[i]) >= 0 {
		i++
	}
	return i
}

// domainEnd goes on from the @ over what may stand in a domain, without the full
// stop of the sentence.
func (s *scan) domainEnd(i int) int {
	begin := i
	for i < len(s.text) && i-begin < maxDomain {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if !isWord(r) && r != '.' && r != '-' {
			break
		}
		i += size
	}
	for i > begin && (s.text[i-1] == '.' || s.text[i-1] == '-') {
		i--
	}
	return i
}

// validDomain wants at least two labels, and letters in the last.
func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, l := range labels {
		if l == "" || strings.HasPrefix(l, "-") {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && len(last) >= 2 && strings.IndexFunc(last, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// maxParses bounds how often the phone library is asked for one text.
const maxParses = 300

// phones finds phone numbers: groups of digits that the numbering plans know.
func (s *scan) phones() {
	s.claim(complaint.DetailTime, complaint.DetailTicket, complaint.DetailAccount, complaint.DetailReference, complaint.DetailEmail)
	parses := 0
	for i := 0; i < len(s.tokens) && parses < maxParses; i++ {
		if !s.tokens[i].digit || !s.phoneStart(i) {
			continue
		}
		start := s.at(i).start
		for start > 0 && (s.text[start-1] == '+' || s.text[start-1] == '(') {
			start--
		}
		for _, last := range s.phoneEnds(i) {
			parses++
			end := s.at(last).end
			value, confidence := s.phone(s.text[start:end], i)
			if value == "" {
				continue
			}
			if !s.finder.ownPhone[value] {
				s.add(complaint.DetailPhone, value, confidence, start, end)
			}
			i = last
			break
		}
	}
}

// phoneStart says whether a number may begin at token i.
func (s *scan) phoneStart(i int) bool {
	t := s.at(i)
	if !t.digit || t.url || t.claimed || len(t.fold) > 15 || strings.IndexFunc(t.fold, func(r rune) bool { return !isDigit(r) }) >= 0 {
		return false
	}
	before := s.before(t.start)
	if before == '/' && len(s.at(i-1).fold) >= 4 && t.fold[0] == '0' && len(t.fold) >= 5 {
		return true // two numbers in a row
	}
	if strings.ContainsRune("#£$€_/.-,@=", before) && before != 0 && s.glued(i) && !(before == '.' && phoneWords[s.at(i-1).fold]) || s.currency(t.start) {
		return false
	}
	return before == '+' || before == '(' || t.fold[0] == '0' || s.polish || s.finder.trunkless || s.phoneWord(i)
}

// glued says whether a sign before token i ties it to a word or number before.
func (s *scan) glued(i int) bool {
	start := s.at(i).start
	if start < 2 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(s.text[:start-1])
	return isWord(r) || s.text[start-1] == '#'
}

// phoneWords introduce phone numbers.
var phoneWords = map[string]bool{
	"phone": true, "telephone": true, "tel": true, "mobile": true, "mob": true, "call": true, "called": true, "ring": true, "landline": true, "cell": true,
	"telefon": true, "telefonu": true, "kom": true, "komorka": true, "komorkowy": true, "dzwonilem": true, "dzwonilam": true, "fax": true, "whatsapp": true, "telefonie": true, "zadzwonic": true, "dzwonic": true, "kontakt": true, "sms": true,
	"zadzwoncie": true, "dzwoncie": true, "oddzwonic": true, "oddzwoncie": true, "zadzwonilem": true, "zadzwonilam": true,
}

// polishLabels are those of them that stand before Polish numbers.
var polishLabels = map[string]bool{"telefon": true, "telefonu": true, "kom": true, "komorka": true, "komorkowy": true, "dzwonic": true, "zadzwonic": true, "kontakt": true,
	"zadzwoncie": true, "dzwoncie": true, "oddzwonic": true, "oddzwoncie": true}

// phoneWord says whether one of the four words before token i speaks of a phone.
func (s *scan) phoneWord(i int) bool { return s.afterLabel(i, phoneWords) }

// afterLabel says whether one of the four words before token i is one of some.
func (s *scan) afterLabel(i int, labels map[string]bool) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		if labels[s.tokens[k].fold] {
			return true
		}
	}
	return false
}

// phoneEnds gives the tokens at which a number that begins at token i may end,
// longest first.
func (s *scan) phoneEnds(i int) []int {
	digits := len(s.at(i).fold)
	var ends []int
	for k := i; ; k++ {
		if digits >= 7 && digits <= 15 {
			ends = append(ends, k)
		}
		next := s.at(k + 1)
		g := s.gap(k)
		if !next.digit || len(g) > 3 || strings.Trim(g, " \u00a0.-()–/") != "" || digits+len(next.fold) > 15 ||
			strings.IndexFunc(next.fold, func(r rune) bool { return !isDigit(r) }) >= 0 {
			break
		}
		// A full number after this one is a number of its own.
		if strings.Contains(g, "+") || len(next.fold) >= 9 {
			break
		}
		digits += len(next.fold)
	}
	for a, b := 0, len(ends)-1; a < b; a, b = a+1, b-1 {
		ends[a], ends[b] = ends[b], ends[a]
	}
	return ends
}

// phone reads a written number, first by the firm's region, then as a Polish one
// in a Polish text. Numbers that only have the right length (the plans leave some
// out) count less.
func (s *scan) phone(written string, i int) (value string, confidence float64) {
	bare := strings.TrimLeft(written, "(")
	if strings.HasPrefix(bare, "00") {
		written = "+" + strings.TrimPrefix(bare, "00")
	}
	national := !strings.HasPrefix(strings.TrimLeft(written, "("), "+")
	regions := []string{s.finder.region}
	if national && (s.polish || s.afterLabel(i, polishLabels)) && s.finder.region != "PL" {
		if strings.HasPrefix(bare, "0") {
			regions = append(regions, "PL")
		} else {
			regions = []string{"PL"}
		}
	} else if national && !strings.HasPrefix(bare, "0") && s.phoneWord(i) {
		regions = append(regions, "PL") // "tel. 512-345-678" below an English text
	}
	for _, region := range regions {
		n, err := phonenumbers.Parse(written, region)
		if err != nil {
			continue
		}
		e164 := phonenumbers.Format(n, phonenumbers.E164)
		switch known := phonenumbers.IsValidNumber(n); {
		case known && (s.phoneWord(i) || !national || strings.HasPrefix(bare, "0")):
			return e164, 0.95
		case known && (s.phoneWord(i) || strings.ContainsAny(written, " -()") || phonenumbers.GetNumberType(n) == phonenumbers.MOBILE):
			return e164, 0.8
		case !known && region == s.finder.region && (!national || strings.HasPrefix(bare, "0") && len(e164) == 13) && phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE && len(e164) >= 11:
			return e164, 0.6
		}
	}
	return "", 0
}
