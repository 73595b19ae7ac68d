package quote

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSignature is how many lines may follow a rule that begins a signature.
const maxSignature = 20

// signatures marks the signature at the end of each stretch of new text.
func (d *division) signatures() {
	for i := 0; i < len(d.lines); {
		if d.kinds[i] != kindNew {
			i++
			continue
		}
		end := i
		for end < len(d.lines) && d.kinds[end] == kindNew {
			end++
		}
		d.signature(i, end)
		i = end
	}
}

// signature marks what is signature in the lines from i to before end.
func (d *division) signature(i, end int) {
	fenced := false
	for ; i < end; i++ {
		s := d.look(i)
		if strings.HasPrefix(s, "```") {
			fenced = !fenced
		}
		if s == "" || fenced || len(s) > 200 {
			continue
		}
		switch {
		case d.delimiter(i, end), d.device(i, end), isStroke(s) && d.foot(i+1, end) && d.contact(i+1, end), d.disclaimed(i, end):
			d.mark(i, end, kindSignature)
			if i > 0 && d.kinds[i-1] == kindNew && isStroke(d.look(i-1)) {
				d.kinds[i-1] = kindRule
			}
			return
		case isClosing(s) && d.above(i): // "Cheers Ann," begins a letter
			if to := d.closed(i, end); to > i {
				d.mark(i, to, kindSignature)
				i = to - 1
			}
		}
	}
}

// parted reports whether line i begins a paragraph.
func (d *division) parted(i int) bool {
	return i == 0 || d.blank(i-1) || d.kinds[i-1] != kindNew || isStroke(d.look(i-1))
}

// isStroke reports a rule, or the one dash that some programs draw.
func isStroke(s string) bool { return s == "—" || s == "–" || isRule(s) }

// delimiter is "-- " (RFC 3676 section 4.3), or "--" with a foot below it.
func (d *division) delimiter(i, end int) bool {
	s := strings.TrimRight(d.line(i), "\r")
	return s == "-- " || s == "--" && d.loose(i+1, end)
}

// loose reports whether at most maxSignature lines follow.
func (d *division) loose(i, end int) bool {
	n := 0
	for ; i < end; i++ {
		if s := d.look(i); s != "" {
			if d.device(i, end) {
				return true
			}
			if n++; n > maxSignature && !d.disclaimer(i, end) || (d.sentence(i, end) || shortSentence(s)) && !d.disclaimed(i, end) {
				return false
			}
		}
	}
	return true
}

// foot reports whether the lines from i to before end can be a signature: few,
// short, no further rule, no list and no sentence but a disclaimer.
func (d *division) foot(i, end int) bool {
	n := 0
	for ; i < end; i++ {
		s := d.look(i)
		if s == "" {
			continue
		}
		if d.disclaimed(i, end) {
			return true
		}
		if n++; n > 12 || len(s) > 120 || isRule(s) || isItem(s) || d.sentence(i, end) {
			return false
		}
	}
	return n > 0
}

// contact reports whether the lines from i to before end tell how to reach the
// writer, as what stands below a drawn rule does when it is a signature and no
// part of the letter.
func (d *division) contact(i, end int) bool {
	for end = min(end, i+30); i < end; i++ {
		if contacts.MatchString(d.look(i)) {
			return true
		}
	}
	return false
}

var contacts = regexp.MustCompile(`(?i)\w@\w|https?://|\bwww\.|\b(?:tel|phone|mobile|mob|fax|kom)\b|(?:\d[ ()./+-]{0,2}){8,}`)

var item = regexp.MustCompile(`^(?:[-•·–*]\s+\S|\d{1,2}[.)]\s)`)

func isItem(s string) bool { return item.MatchString(s) }

// sentence reports whether the paragraph of line i is prose: five words a line or
// more, and the end of a sentence or many words.
func (d *division) sentence(i, end int) bool {
	words, lines, last := 0, 0, ""
	for j := i; j < min(end, i+6); j++ {
		s := d.look(j)
		if s == "" {
			break
		}
		words += len(strings.Fields(s))
		lines++
		last = s
	}
	if lines == 0 || words < 5*lines || words < 6 {
		return false
	}
	return strings.ContainsAny(last[len(last)-1:], ".!?)") && !strings.Contains(last, "@") || words >= 14
}

// disclaimers begin the legal text below a signature.
var disclaimers = opens(`(?i)^(?:important notice:|disclaimer|legal notice|privileged (?:and|&) confidential|confidentiality (?:notice|note|statement)|klauzula (?:poufności|informacyjna)|uwaga: (?:ta|niniejsza)|(?:zanim wydrukujesz|pomyśl o środowisku|chroń środowisko)` +
	`|administratorem (?:pani|pana|państwa|twoich|danych)|sąd rejonowy\b.*(?:krs|rejestr|wydział)|nip:? \d|krs:? \d|kapitał zakładowy|registered (?:in (?:england|scotland|wales|northern|ireland|the)|office)|please consider the environment|virus-free|<?https?://www\.avast\.com|wolny od wirusów|ta wiadomość(?: e-?mail)? została sprawdzona|diese e-?mail wurde (?:von avast|auf viren)|cet e-?mail a été vérifié|(?:garanti )?sans virus|(?:sin|libre de) virus|(?:privo|priva) di virus|virenfrei|virusvrij|virusfri|this e?-?mail has been (?:checked|scanned))`)

// legalOpenings may begin a disclaimer as well as a customer's sentence: the
// paragraph must also speak of what only disclaimers speak of.
var (
	legalOpenings = opens(`(?i)^(?:confidential|(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication)\b|the information transmitted|if you (?:are not the (?:intended|named)|have received this)|(?:jeżeli|jeśli) (?:nie (?:są|jest)|otrzyma)|sollten sie diese|si vous avez reçu|(?:niniejsz[aey]|ta|treść tej|treść niniejszej|informacj[ae] zawart[ae] w (?:tej|niniejszej)) (?:wiadomoś|e-?mail|koresponden|informacj)` +
		`|diese (?:e-?mail|nachricht)|der inhalt dieser|ce (?:message|courriel|mail)\b|les informations contenues|le informazioni contenute|questo messaggio|este (?:mensaje|correo|mensagem|e-mail)|la información contenida)`)
	legalWords = regexp.MustCompile(`(?i)(?:confidential|privileged|intended|addressee|recipient|disclos|unauthori[sz]ed|poufn|adresat|odbiorc|vertraulich|empfänger|unbefugt|confidentiel|destinataire|riservat|destinatari|confidencial)`)
)

// disclaimed reports whether line i begins a disclaimer.
func (d *division) disclaimed(i, end int) bool { return d.parted(i) && d.disclaimer(i, end) }

func (d *division) disclaimer(i, end int) bool {
	s := strings.TrimLeft(d.look(i), "*_ \t")
	if disclaimers.may(s) && disclaimers.MatchString(s) {
		return true
	}
	if !legalOpenings.may(s) || !legalOpenings.MatchString(s) {
		return false
	}
	for ; i < end && !d.blank(i); i++ {
		if legalWords.MatchString(d.look(i)) {
			return true
		}
	}
	return false
}

// devices begin the line that a phone or a mail program adds.
var devices = opens(`(?i)^(?:secured with tuta|sent (?:from|via|using|with|by)|get (?:outlook|bluemail|typeapp) for|sent on the go|download (?:the )?outlook|yahoo mail:` +
	`|wysłan[eoa] (?:z|za pomocą|przez|przy użyciu|ze|poprzez)|wyslan[eoa] z|pobierz (?:aplikację |program )?outlook|uzyskaj (?:aplikację |program )?outlook` +
	`|von mein(?:em|er)\S* .{1,40}gesendet|gesendet (?:von|mit|über|aus)|diese nachricht wurde von me|outlook für .{1,20}(?:herunterladen|beziehen)|holen sie sich outlook` +
	`|envoyé (?:de|depuis|à partir|via|avec)|obtenir outlook|obtenez outlook|téléchargez? outlook|télécharger outlook|enviado (?:desde|do|da|de|a partir|con|via|pelo)|obtener outlook|obtén outlook|descarg(?:a|ar) outlook|obter o? ?outlook` +
	`|inviato (?:da|dal|dalla|con|tramite)|ottieni outlook|scarica outlook|verstuurd vanaf|verzonden (?:vanaf|vanuit|met|via)|outlook voor .{1,20}downloaden|download outlook` +
	`|sendt fra|hent outlook|få outlook|skickat från|skickades från|hämta outlook|lähetetty|hanki outlook|отправлено (?:с|из|через)|скачать outlook|надіслано (?:з|із|через)|odesláno z|odoslané z|küldve|trimis de pe|von unterwegs|(?:az )?(?:iphone|ipad|android)[^ ]{0,12} ?(?:küldve|gönderildi|から送信)|发自我?的?|從我的|傳送自|나의 |đã gửi từ|được gửi từ|poslano s|στάλθηκε από)`)

// known are words of a device line that no sentence of a customer ends with.
var known = regexp.MustCompile(`(?i)\b(?:iphone|ipad|ios|android|samsung|galaxy|huawei|xiaomi|redmi|motorola|nokia|oneplus|pixel|outlook|poczt[ay]|mail|e-?mail|gmail|yahoo|windows|blackberry|protonmail|proton|tuta|thunderbird|phone|mobile|device|smartphone|handy|telefon\p{L}*|smartfon\p{L}*|téléphone|mobiltelefon|tablet\p{L}*|hub|bluemail|typeapp|spark|onet|interia|o2|wp)\p{L}*`)

var link = regexp.MustCompile(`<[^<>\s]*>|\(?https?://\S+\)?|\[[^\[\]\s]*\]`)

// device reports a line such as "Sent from my iPhone". All below it is signature
// or history that nothing introduces.
//
// QUIRK: Outlook on phones puts unmarked history right below such a line
// (testdata/forms.txt).
func (d *division) device(i, end int) bool {
	s := d.look(i)
	if strings.ContainsAny(s, "<[:") {
		s = link.ReplaceAllString(s, "")
	}
	s = trim(strip(s, "*_-–—~<>•|[]() "))
	if len(s) > 120 || !devices.may(s) || !devices.MatchString(s) {
		return false
	}
	words := len(strings.Fields(s))
	alone := i+1 >= end || d.blank(i+1)
	if at := known.FindStringIndex(s); at != nil {
		last := s[len(s)-1]
		if words <= 6 || words <= 12 && !strings.ContainsRune(s, ',') && last != '.' {
			return true
		}
		if before := s[:at[0]]; alone && (d.parted(i) || end < len(d.lines)) && d.next(i+1) >= end &&
			len(strings.Fields(before)) <= 5 {
			return true // the last words, with an excuse for slips
		}
	}
	return alone && d.parted(i) && words <= 8 && !strings.ContainsAny(s, ",.;?!")
}

var closings = opens(`(?i)^(?:(?:(?:with |many |my |our |(?:many )?thanks (?:and|&) |thank you (?:and|&) )?(?:kind|kindest|best|warm|warmest|sincere) (?:regards|wishes)|(?:with )?regards|thanks (?:and|&) regards|rgds|kr|br|best|all the best|cheers|yours|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|respectfully(?: yours)?|sincerely yours|cordially` +
	`|(?:z |łączę )?(?:wyraz[ya](?:mi)? )?(?:wyrazami |góry dziękuję i )?(?:serdecznie |gorąco )?pozdrawiam(?: serdecznie| gorąco| ciepło)?|(?:dziękuję|dzięki|dziekuje) i pozdrawiam(?: serdecznie)?|z (?:góry dziękuję i )?pozdrowieni(?:em|ami)|(?:serdeczne |ciepłe )?pozdrowienia|pozdr|pzdr|z (?:wyrazami )?(?:poważaniem|powazaniem|szacunkiem|szacunku|uszanowaniem)|łączę wyrazy szacunku|z wyrazami szacunku` +
	`|mit (?:freundlichen|besten|herzlichen|lieben|freundlichem) gr(?:ü|ue)(?:ß|ss)en|mit freundlichem gru(?:ß|ss)|(?:viele|beste|liebe|freundliche|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|gru(?:ß|ss)|hochachtungsvoll` +
	`|(?:bien )?(?:cordialement|sincèrement|amicalement)(?: vôtre)?|salutations(?: distinguées)?|bien à vous|meilleures salutations|(?:un )?(?:cordial|atento) saludo|saludos(?: cordiales)?|atentamente|un saludo|cordiali saluti|distinti saluti|saluti|cordialmente|un saluto` +
	`|atenciosamente|cumprimentos|(?:com os )?melhores cumprimentos|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|mvg|groet(?:en|jes)?|(?:med )?(?:vennlig|venlig|vänlig) (?:hilsen|hälsning)(?:ar)?|mvh|med vänliga hälsningar|vänliga hälsningar|ystävällisin terveisin|terveisin|с уважением|з повагою|s pozdravem|üdvözlettel))([\s,.!;:–—-]*)(.*)$`)

// isClosing reports whether a line is a closing formula, alone or with a name.
func isClosing(s string) bool {
	if len(s) > 90 {
		return false
	}
	s = trim(strip(s, "*_~-–— "))
	if !closings.may(s) {
		return false
	}
	m := closings.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	rest := strings.Fields(strings.Trim(m[2], "/|,.!"))
	if len(rest) == 0 {
		return true
	}
	if m[1] == "" || len(rest) > 5 || strings.ContainsAny(m[2], "?:") {
		return false
	}
	for _, w := range rest {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) && !unicode.IsUpper(r) && !smallWords[w] || unicode.IsDigit(r) {
			return isClosing(strings.Join(rest, " ")) // "Pozdrawiam / Kind regards"
		}
	}
	return true
}

// closed returns the line behind the signature that a closing at line i begins:
// the lines below it up to a postscript, a list or a sentence that is no
// disclaimer.
func (d *division) closed(i, end int) int {
	n := 0
	for j := i + 1; j < end; j++ {
		s := d.look(j)
		if s == "" {
			continue
		}
		if d.disclaimed(j, end) || d.delimiter(j, end) || d.device(j, end) {
			return end
		}
		n++
		if n > maxSignature || isItem(s) || postscript(s) || d.parted(j) && (d.sentence(j, end) || shortSentence(s)) || n == 1 && (strings.HasSuffix(s, "?") || isProse(s, 5)) || len(s) > 160 {
			return j
		}
	}
	return end
}

// shortSentence reports a line of a few words, most in small letters, with an end.
func shortSentence(s string) bool {
	return strings.ContainsAny(s[len(s)-1:], ".!?") && isProse(s, 3)
}

// isProse reports a line of some words or more, most of them in small letters.
func isProse(s string, least int) bool {
	words, small := strings.Fields(s), 0
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
			small++
		}
	}
	return len(words) >= least && small*2 > len(words)
}

func postscript(s string) bool {
	s = strings.ToLower(s)
	for _, p := range []string{"ps.", "ps:", "ps ", "p.s", "ps,", "ps-", "p.s.", "edit:", "aha,"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
