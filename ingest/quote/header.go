package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// field is what a line of a header block names.
type field uint8

const (
	fieldNone field = iota
	fieldFrom
	fieldDate
	fieldTo
	fieldSubject
	fieldOther
)

// labels are the field names that mail programs write above a quoted or forwarded
// message, in lower case.
var labels = labelTable(map[field]string{
	fieldFrom:    `from|sender|od|nadawca|von|absender|de|expéditeur|remitente|da|mittente|remetente|van|afzender|fra|från|avsändare|lähettäjä|от|от кого|від|від кого|отправитель|feladó|odosielateľ|de la|kimden|gönderen|šalje|από|từ|người gửi|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람`,
	fieldDate:    `sent|date|sent on|date sent|wysłano|wysłane|wyslano|data|data wysłania|data wiadomości|gesendet|gesendet am|datum|envoyé|envoyé le|envoyée|date d'envoi|message du|enviado|enviado el|enviada el|fecha|fecha de envío|inviato|inviato il|data invio|enviada em|enviado em|enviada|verzonden|verstuurd|sendt|dato|skickat|skickat den|lähetetty|päivämäärä|pvm|отправлено|дата|надіслано|odesláno|odoslané|elküldve|dátum|trimis|gönderildi|gönderilme|gönderilme tarihi|tarih|poslano|στάλθηκε|đã gửi|ngày|发送时间|日期|寄件日期|傳送時間|时间|送信日時|日付|보낸 날짜|보낸날짜|날짜`,
	fieldTo:      `to|do|adresat|odbiorca|an|empfänger|à|a|pour|destinataire|para|destinatario|per|aan|til|till|vastaanottaja|кому|komu|címzett|către|kime|alıcı|prima|προς|đến|tới|người nhận|收件人|收件者|宛先|받는 사람|받는사람`,
	fieldSubject: `subject|temat|tytuł|tytul|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|тема|předmět|předmet|predmet|tárgy|subiect|konu|θέμα|chủ đề|tiêu đề|ogg|主题|主旨|主題|件名|제목`,
	fieldOther:   `cc|bcc|dw|udw|kopia|do wiadomości|kopie|copie|copie à|cópia|copia|kopi|копия|копія|kopio|reply-to|reply to|odpowiedz do|odpowiedź do|antwort an|répondre à|responder a|rispondi a|importance|priority|ważność|priorytet|wichtigkeit|priorität|importanza|importancia|attachments|załączniki|anlagen|anhänge|pièces jointes|allegati|organization|organizacja|organisation|resent-from|sensitivity|when|where|sent by|bilgi|másolat|抄送|副本|참조`,
})

func labelTable(m map[field]string) map[string]field {
	out := map[string]field{}
	for f, list := range m {
		for _, w := range strings.Split(list, "|") {
			out[w] = f
		}
	}
	return out
}

// label reads a line of a header block: "From: x", "*From:* x", "De : x",
// "> Od: x". The value is without marks.
func label(s string) (field, string) {
	s = trim(strings.TrimLeft(s, ">|*_ \t"))
	i := colon(s[:min(len(s), 60)])
	if i <= 0 {
		return fieldNone, ""
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	name := strings.ToLower(strings.Trim(s[:i], "*_ \u00a0\t"))
	name = strings.ReplaceAll(name, "\u00a0", " ")
	f, ok := labels[strings.ReplaceAll(name, "’", "'")]
	if !ok {
		return fieldNone, ""
	}
	return f, trim(strings.Trim(s[i+n:], "*_| \u00a0\t"))
}

// colon is where the first colon stands, the wide one of East Asia included; -1 if
// there is none.
func colon(s string) int {
	i, wide := strings.IndexByte(s, ':'), strings.Index(s, "：")
	if i < 0 || wide >= 0 && wide < i {
		return wide
	}
	return i
}

// separators are the words between the dashes above a quoted or forwarded
// message; separatorLines stand alone, without dashes.
var (
	separators = []string{
		"original message", "original appointment", "original email", "forwarded message", "forwarded by", "reply message", "replied message", "begin forwarded message",
		"wiadomość oryginalna", "oryginalna wiadomość", "wiadomosc oryginalna", "oryginalna wiadomosc", "pierwotna wiadomość", "wiadomość pierwotna",
		"przekazana wiadomość", "przesłana wiadomość", "wiadomość przekazana", "wiadomość przesłana dalej", "treść przekazanej wiadomości", "wiadomość przekazywana", "treść oryginalnej wiadomości",
		"ursprüngliche nachricht", "urspruengliche nachricht", "originalnachricht", "original-nachricht", "original nachricht", "weitergeleitete nachricht", "ursprüngliche mail",
		"message d'origine", "message original", "message transféré", "message d’origine", "courriel original", "e-mail d'origine", "message réexpédié",
		"mensaje original", "mensaje reenviado", "messaggio originale", "messaggio inoltrato", "messaggio d'origine",
		"mensagem original", "mensagem encaminhada", "oorspronkelijk bericht", "doorgestuurd bericht", "origineel bericht",
		"oprindelig besked", "oprindelig meddelelse", "videresendt besked", "opprinnelig melding", "videresendt melding", "ursprungligt meddelande", "vidarebefordrat meddelande", "originalmeddelande",
		"alkuperäinen viesti", "välitetty viesti", "edelleenlähetetty viesti", "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение", "оригинальное сообщение", "originál správy", "původní zpráva", "eredeti üzenet",
	}
	separatorLines = []string{
		"[quoted text hidden]", "begin forwarded message:", "forwarded message:", "początek przekazywanej wiadomości:", "początek przesłanej dalej wiadomości:", "początek przesyłanej dalej wiadomości:",
		"anfang der weitergeleiteten nachricht:", "début du message transféré :", "début du message transféré:", "début du message réexpédié :", "début du message réexpédié:",
		"inicio del mensaje reenviado:", "inizio messaggio inoltrato:", "início da mensagem reencaminhada:", "início da mensagem encaminhada:", "begin doorgestuurd bericht:",
		"videresendt meddelelse:", "start på videresendt besked:", "vidarebefordrat brev:", "välitetty viesti alkaa:", "начало переадресованного сообщения:",
	}
	// introducing may have a name behind them.
	introducing = []string{"forwarded by ", "forwarded message from ", "przesłane przez ", "przekazane przez ", "weitergeleitet von ", "transféré par ", "inoltrato da ", "reenviado por "}
	// replyAbove are the words of ticket systems below which all is history; begging
	// begins them where no rule does.
	replyAbove = []string{"above this line", "below this line", "powyżej tej linii", "powyżej tego wiersza", "powyżej tego tekstu", "oberhalb dieser", "über dieser zeile", "au-dessus de cette ligne", "encima de esta línea", "sopra questa riga", "sopra di questa riga", "boven deze regel", "acima desta linha", "над этой "}
	begging    = []string{"reply ", "please reply ", "please type ", "type your ", "write your ", "odpowiedz ", "prosimy odp", "proszę odp"}
)

// separator reports whether line i is a rule with the words of a separator.
func (d *division) separator(i int) bool {
	s := d.look(i)
	if len(s) > 120 || len(s) < 8 || bare(s) && !strings.Contains(s, "this line") {
		return false
	}
	low := strings.ToLower(strings.Join(strings.Fields(s), " "))
	if low[0] == '<' { // QUIRK: Samsung writes <div> into plain text
		low = strings.TrimSuffix(strings.TrimPrefix(low, "<div>"), "</div>")
	}
	words := strings.Trim(low, strokes)
	for _, w := range separatorLines {
		if strings.Trim(low, "*_ ") == w {
			return true
		}
	}
	left, right := len(low)-len(strings.TrimLeft(low, strokes)), len(strings.TrimRight(low, strokes+":"))
	ruled := strings.ContainsRune(strokes, firstRune(low)) && right < len(low)
	if d.deskLine(words, ruled) {
		return true
	}
	if !ruled {
		return false
	}
	words = strings.TrimRight(words, ": ")
	for _, w := range separators {
		if words == w {
			return true
		}
	}
	for _, w := range introducing {
		if strings.HasPrefix(words, w) {
			return true
		}
	}
	return left >= 4 && len(low)-right >= 4 && d.above(i) && d.headed(i+1)
}

// deskLine reports a line of a ticket system, of words alone or within a rule.
func (d *division) deskLine(words string, ruled bool) bool {
	begs := false
	for _, b := range begging {
		begs = begs || strings.HasPrefix(words, b)
	}
	if !ruled && !begs || len(words) > 90 {
		return false
	}
	for _, w := range replyAbove {
		if ruled && strings.Contains(words, w) || begs && strings.HasSuffix(strings.TrimRight(words, ". "), w) {
			return true
		}
	}
	return false
}

// headed reports whether a header block of some kind begins at or just below line i:
// the author and one more field.
func (d *division) headed(i int) bool {
	if i = d.next(i); i >= len(d.lines) {
		return false
	}
	f, value := label(d.look(i))
	if f == fieldNone {
		return false
	}
	has := d.block(i, f, value).has
	return has[fieldFrom] && (has[fieldDate] || has[fieldSubject] || has[fieldTo])
}

// header reports whether a header block begins at line i: the line behind it, 0
// if there is none. It needs the author and two more fields, one of them the date
// or the subject; an author with an address and a date with a time do as well.
//
// Where nothing stands above it, it could be a letter that begins "From: To:
// Date:", so it also needs an address or a time.
func (d *division) header(i int) int {
	f, value := label(d.look(i))
	if f == fieldNone {
		return d.memo(i)
	}
	if f == fieldOther || f == fieldTo || i > 0 && d.kinds[i-1] == kindNew && d.labelled(i-1) {
		return 0 // no program begins its block so; people who write a letter do
	}
	b := d.block(i, f, value)
	kinds := 0
	for _, n := range []field{fieldFrom, fieldDate, fieldTo, fieldSubject} {
		if b.has[n] {
			kinds++
		}
	}
	switch {
	case kinds >= 3 && b.has[fieldFrom]:
		if b.mail || b.time || d.above(i) && f == fieldFrom {
			return b.end
		}
	case kinds == 2 && b.has[fieldFrom] && b.has[fieldDate] && b.mail && b.time:
		return b.end
	case kinds >= 2 && b.has[fieldFrom] && b.mail && d.ruleAbove(i):
		return b.end
	}
	return 0
}

// memo reports a header as Lotus Notes writes it, which names neither author nor date:
// they stand first, then "To", "cc" and "Subject" on lines of their own or at the right
// end of lines.
//
// QUIRK: Lotus Notes (testdata/forms.txt).
func (d *division) memo(i int) int {
	if s := d.look(i); i+1 >= len(d.lines) || len(s) > 80 || strings.ContainsAny(s[len(s)-1:], ".!?:,") || !d.above(i) {
		return 0
	}
	date, to, most := false, false, i+1
	if strings.HasPrefix(d.line(i), "          ") { // in columns
		most = i + 4
	}
	for j := i; j < min(len(d.lines), i+16); j++ {
		s := d.look(j)
		date = date || len(s) < 90 && s != "" && startsInDigit(s) && clockTime.MatchString(s) && fullDate.MatchString(s)
		if !date && (s == "" || j >= most) {
			return 0
		}
		end := s[max(0, len(s)-23):]
		if k := strings.LastIndex(end, "   "); k >= 0 {
			s = end[k+3:]
		}
		if len(s) > 20 {
			continue
		}
		switch labels[strings.ToLower(s)] {
		case fieldTo:
			to = true
		case fieldSubject:
			if date && to {
				return min(d.next(j+1)+1, len(d.lines))
			}
		}
	}
	return 0
}

// labelled reports whether line i is of a header block.
func (d *division) labelled(i int) bool {
	f, _ := label(d.look(i))
	return f != fieldNone
}

// headerBlock is what the lines of a header block hold.
type headerBlock struct {
	has        [fieldOther + 1]bool
	mail, time bool
	end        int // the line behind it
}

// block reads the header block that begins at line i. A value may run over two
// more lines, and a blank line may stand between fields, as text made from HTML
// has it.
func (d *division) block(i int, f field, value string) headerBlock {
	b := headerBlock{end: i + 1}
	b.add(f, value)
	last := f
	loose, repeats, waits := 0, 0, value == "" // a label whose value stands below it
	for j := i + 1; j < min(len(d.lines), i+24); j++ {
		s := d.look(j)
		if s == "" {
			n := d.next(j)
			if n >= len(d.lines) || n > j+2 {
				return b
			}
			if f, _ := label(d.look(n)); f == fieldNone && !waits || b.has[f] && f != fieldOther {
				return b
			}
			continue
		}
		if isRule(s) {
			if b.end == j {
				b.end++
			}
			continue
		}
		f, value := label(s)
		if f == fieldNone && waits {
			b.add(last, trim(strings.Trim(s, "|> ")))
			waits, b.end = false, j+1
			continue
		}
		if f == fieldNone {
			if loose++; loose > 2 || d.blank(j-1) || strings.ContainsAny(s[len(s)-1:], ".!?") {
				return b
			}
			b.mail = b.mail || address.MatchString(s)
			if wrappedValue(s) {
				b.end = j + 1
			}
			continue
		}
		if f != fieldOther && b.has[f] {
			if repeats++; repeats > 1 {
				return b
			}
		}
		loose, waits, last = 0, value == "", f
		b.add(f, value)
		b.end = j + 1
	}
	return b
}

// wrappedValue reports whether a line without a label goes on with addresses.
func wrappedValue(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsAny(s, "@<;") || unicode.IsLower(r)
}

func (b *headerBlock) add(f field, value string) {
	// "From: 1 November" tells of a period and not of an author.
	b.has[f] = b.has[f] || f != fieldFrom || strings.ContainsFunc(value, unicode.IsLetter) && (!startsInDigit(value) || strings.Contains(value, "@"))
	switch f {
	case fieldFrom, fieldTo:
		b.mail = b.mail || address.MatchString(value)
	case fieldDate:
		b.time = b.time || clockTime.MatchString(value)
	}
}

// above reports whether any new text stands above line i.
func (d *division) above(i int) bool {
	for n := 0; i > 0 && n < 50; n++ {
		i--
		if !d.blank(i) {
			return true
		}
	}
	return false
}

// ruleAbove reports whether the line above i, blank ones left out, is a rule.
func (d *division) ruleAbove(i int) bool {
	for n := 0; i > 0 && n < 3; n++ {
		i--
		if !d.blank(i) {
			return isRule(d.look(i))
		}
	}
	return false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
