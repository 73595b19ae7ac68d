package detail

import (
	"strings"

	"ask4.com/skarga/complaint"
)

// references finds our own references. The words are looked at first, since the
// firm's name stands in nearly every message.
func (s *scan) references() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if s.finder.prefixKey == "" || !strings.HasPrefix(t.fold, s.finder.prefixKey) {
			continue
		}
		rest := s.text[t.start+len(s.finder.prefixKey):]
		rest = rest[:min(48, len(rest))]
		if n := strings.IndexAny(rest, "0123456789"); n < 0 || n > 9 {
			continue
		}
		from := s.at(i - 1).start
		if i == 0 || from < t.start-8 {
			from = max(0, t.start-1)
		}
		for from > 0 && s.text[from]&0xC0 == 0x80 {
			from--
		}
		to := min(len(s.text), t.start+len(s.finder.prefix)+48)
		for to < len(s.text) && isWord(s.after(to)) && to < t.start+96 {
			to++
		}
		for _, r := range complaint.FindReferences(s.finder.prefix, s.text[from:to]) {
			if from+r.Start == t.start {
				s.add(complaint.DetailReference, string(r.Reference), 1, t.start, from+r.End)
			}
		}
	}
}

// labels are the words before somebody's number. Folded.
var labels = labelSet()

func labelSet() map[string]complaint.DetailKind {
	set := map[string]complaint.DetailKind{}
	for kind, words := range map[complaint.DetailKind]string{
		complaint.DetailTicket: `ticket tickets case cases incident incidents job fault request requests query enquiry inquiry
			ref refs reference references complaint order sr inc req ritm tkt
			zgl zgloszenie zgloszenia zgloszeniu zgloszeniem zgloszen sprawa sprawy sprawe sprawie incydent incydentu incydencie
			reklamacja reklamacji reklamacje tiket tiketu ticketu ticketa ticketem referencyjny referencyjnego sygnatura zlecenie zlecenia zleceniu awarii`,
		complaint.DetailAccount: `account acct acc customer client subscriber contract
			konta konto kontem klienta klient umowy umowa umowe abonenta abonent abonencki abonenckie abonenckiego`,
	} {
		for _, w := range strings.Fields(words) {
			set[w] = kind
		}
	}
	return set
}

// numberWords may stand between a label and its number, or before the label.
var numberWords = wordSet(`number numbers no nos nr num numer numeru numerem numerze numery numerach id ident identyfikator code`)

// fillers may stand between a label and its number and prove nothing.
var fillers = wordSet(`is was are ref reference refs to jest ticket account pod o the customer sprawy zgloszenia klienta references i`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// numbers finds ticket and account numbers, by the word before them or by their
// own form.
func (s *scan) numbers() {
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.url {
			continue
		}
		if t.begins&beginsNumber != 0 {
			if last := s.labelled(i, labels[t.fold]); last > i {
				i = last
				continue
			}
		}
		if t.numeric || strings.HasPrefix(s.text[t.end:], "-") {
			s.unlabelled(i)
		}
	}
}

// labelled reads the number or numbers after label i and gives the last token it
// used, or i.
func (s *scan) labelled(i int, kind complaint.DetailKind) int {
	explicit := numberWords[s.at(i-1).fold] && s.near(i-1, ":.")
	if prev := s.at(i - 1).fold; prev == "bank" || s.sortCode(i) || prev == "bankowego" || prev == "in" && s.at(i).fold == "case" {
		return i
	}
	if next, ok := s.deskForm(i, kind); ok {
		return next
	}
	j := i + 1
	for ; j <= i+5 && j < len(s.tokens) && s.near(j-1, ":#.()[]=-–\"'„”"); j++ {
		if strings.ContainsAny(s.gap(j-1), "#:") {
			explicit = true
		}
		word := s.at(j).fold
		if next, ok := s.deskForm(j, kind); ok && labels[word] == kind {
			return next // Zgłoszenie INC 0012345
		}
		if _, end := s.joined(j); end > s.at(j).end && countDigits(s.text[s.at(j).start:end]) > 0 {
			break // INC-004432
		}
		if word == "bankowego" {
			return i
		}
		if numberWords[word] || kind == complaint.DetailAccount && (word == "ref" || word == "reference") {
			explicit = true
		} else if l, ok := labels[word]; !fillers[word] && (!ok || strings.ContainsAny(word, "0123456789")) {
			break
		} else if ok && l == complaint.DetailAccount && kind == complaint.DetailTicket {
			kind = l
		}
	}
	if j >= len(s.tokens) || !s.near(j-1, ":#.()[]=-–\"'„”") {
		return i
	}
	last := i
	for n := 0; n < 20; n++ {
		next, ok := s.identifier(j, kind, explicit)
		if !ok {
			break
		}
		last = next
		j = next + 1
		if w := s.at(j).fold; (w == "and" || w == "i" || w == "oraz" || w == "or" || w == "lub") && s.near(j-1, ",") {
			j++
		} else if !strings.ContainsAny(s.gap(last), ",/&;") {
			break
		}
		if !s.near(j-1, ",/&;#") {
			break
		}
	}
	return last
}

// deskForm reads a label that is part of its number: CASE-00918273, INC 0012345.
func (s *scan) deskForm(i int, kind complaint.DetailKind) (last int, ok bool) {
	raw, next := s.raw(i), s.at(i+1)
	if kind != complaint.DetailTicket || !next.digit || raw != strings.ToUpper(raw) {
		return i, false
	}
	if s.gap(i) == "-" {
		return s.identifier(i, kind, true)
	}
	if s.gap(i) == " " && deskWords[s.at(i).fold] && countDigits(next.fold) == len(next.fold) && len(next.fold) >= 5 {
		s.add(kind, raw+next.fold, 0.9, s.at(i).start, next.end)
		return i + 1, true
	}
	return i, false
}

// deskWords are the short forms with which a desk begins its numbers.
var deskWords = wordSet(`inc req ritm sr tkt`)

// sortCode says whether a sort code stands just before token i: a bank account.
func (s *scan) sortCode(i int) bool {
	for k := max(0, i-7); k < i; k++ {
		if s.tokens[k].fold == "sort" {
			return true
		}
	}
	return false
}

// identifier adds the number that begins at token j, if it is one, and gives its
// last token.
func (s *scan) identifier(j int, kind complaint.DetailKind, explicit bool) (last int, ok bool) {
	last, end := s.joined(j)
	start := s.at(j).start
	id := s.text[start:end]
	digits := countDigits(id)
	least := 3
	switch {
	case kind == complaint.DetailAccount && explicit:
		least = 4
	case kind == complaint.DetailAccount:
		least = 5
	case explicit:
		least = 2
	}
	if digits < least || digits == len(id) && s.amount(last, end) || s.currency(start) || s.dateLike(j, last) || !explicit && phoneLike(id) {
		return j, false
	}
	if !explicit && digits == 4 && len(id) == 4 && (strings.HasPrefix(id, "19") || strings.HasPrefix(id, "20")) {
		return j, false
	}
	confidence := 0.8
	if explicit || ticketForms[strings.TrimRight(s.at(j).fold, "0123456789")] {
		confidence = 0.95
	}
	if kind == complaint.DetailAccount && explicit {
		for s.gap(last) == " " && len(s.at(last+1).fold) >= 3 && countDigits(s.at(last+1).fold) == len(s.at(last+1).fold) &&
			end-start < 24 && !strings.ContainsRune("-/:", s.after(s.at(last+1).end)) && digits == len(id) {
			last++
			end = s.at(last).end
		}
		id = strings.ReplaceAll(s.text[start:end], " ", "")
	}
	s.add(kind, strings.ToUpper(id), confidence, start, end)
	return last, true
}

// joined gives the last token and the end of an identifier that begins at token j:
// tokens tied by -, / or _.
func (s *scan) joined(j int) (last, end int) {
	for last = j; last-j < 6; last++ {
		g := s.gap(last)
		if g != "-" && g != "_" && (g != "/" || !s.at(last+1).digit) {
			break
		}
	}
	return last, s.at(last).end
}

// dateLike says whether tokens j to last are a written date.
func (s *scan) dateLike(j, last int) bool {
	d, ok := s.dateAt(j)
	return ok && d.next > max(last, j+1)
}

// phoneLike keeps phone numbers out of weak labels: "my account 07700900123".
func phoneLike(id string) bool {
	return len(id) == 11 && id[0] == '0'
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			n++
		}
	}
	return n
}

// ticketForms begin the tickets of well-known desks; five digits or so follow.
var ticketForms = wordSet(`inc req ritm chg tkt cas sctask prb wo hd tt sr cs task ticket case ref fault incident job`)

// notTickets begin names of standards and models that look like tickets.
var notTickets = wordSet(`iso rfc ieee usb utf wpa wpa2 wifi hdmi cat tcp udp ipv ipv4 ipv6 covid bs en pn http sha md sha1 sha256 aes md5 rtx gtx dir tl rt ac ax ps xbox dns archer win windows`)

// unlabelled finds tickets by their form: INC0012345, ABC-123-45678, #123456.
func (s *scan) unlabelled(i int) {
	t := s.tokens[i]
	if t.digit {
		if s.before(t.start) == '#' && len(t.fold) == countDigits(t.fold) && len(t.fold) >= 4 && len(t.fold) <= 20 {
			s.add(complaint.DetailTicket, t.fold, 0.8, t.start, t.end)
		}
		return
	}
	if t.fold == s.finder.prefixKey || len(t.fold) > 20 || s.before(t.start) == '-' || s.before(t.start) == '@' {
		return
	}
	if s.gap(i) != "-" && !isDigit(rune(t.fold[len(t.fold)-1])) {
		return
	}
	letters := strings.TrimRight(t.fold, "0123456789")
	digits := len(t.fold) - len(letters)
	upper := strings.ToUpper(s.raw(i)) == s.raw(i)
	switch {
	case ticketForms[letters] && digits >= 4:
		s.add(complaint.DetailTicket, strings.ToUpper(t.fold), 0.95, t.start, t.end)
	case !upper || digits > 0 || len(t.fold) < 2 || len(t.fold) > 6 || notTickets[t.fold] || s.gap(i) != "-":
		return
	default:
		last, end := s.joined(i)
		id := s.text[t.start:end]
		if n := countDigits(id); n >= 3 && s.at(last).digit && !s.amount(last, end) && strings.ToUpper(id) == id {
			s.add(complaint.DetailTicket, id, 0.6, t.start, end)
		}
	}
}
