package quote

import (
	"regexp"
	"strings"
)

// maxAttribution is how many runes and lines an attribution may take.
const (
	maxAttribution      = 400
	maxAttributionLines = 4
)

var (
	// attributionVerb ends an attribution, in the languages of new_text and
	// their neighbours; German, Dutch and the Scandinavian languages put the name
	// behind it.
	attributionVerb = regexp.MustCompile(`(?i)(?:^|[\s>)"\]])(wrote|writes|pisze|napisał|napisała|napisał\(a\)|napisali|schrieb|a écrit|escribió|escribio|ha scritto|escreveu|schreef|skrev|kirjoitti|написал|написала|пишет|пише)(?:\s*[:：]|\s*-{2,}|\s*$|\s.{0,120}:\s*$)`)
	// attributionStart opens one. Weekdays and bare dates are covered by the
	// address and the time that they need.
	attributionStart = regexp.MustCompile(`(?i)^[\s\-*_>]*(?:on|w dniu|dnia|am|le|el|il|em|op|in data|il giorno|il giorno|den|på|dne|у|в)\s`)
	// pronoun before the verb: somebody tells of a letter.
	pronoun   = regexp.MustCompile(`(?i)\b(?:i|you|we|he|she|they|who|ja|pan|pani|ich|wir|sie|er|je|j'ai|yo|io|already|also)\s+(?:have |had |has )?(?:wrote|writes|pisze|napisał\S*|schrieb|escribió|ha scritto)`)
	timeOfDay = regexp.MustCompile(`\b\d{1,2}[:.]\d{2}\b`)
	year      = regexp.MustCompile(`\b20\d\d\b`)
	digit     = regexp.MustCompile(`\d`)

	// headerFrom and headerOther are lines of a copied header.
	headerFrom  = regexp.MustCompile(`(?i)^[\s*>|]*(?:from|od|von|de|da|van|fra|från|lähettäjä|от|expéditeur|nadawca|message du)\s*\*?\s*[:：]\s*\*?`)
	headerOther = regexp.MustCompile(`(?i)^[\s*>|]*(?:sent|date|to|cc|subject|reply-to|wysłano|wysłane|data|do|dw|temat|gesendet|datum|an|betreff|envoyé(?: le)?|date|à|a|objet|copie à|enviado(?: el)?|fecha|para|asunto|inviato|oggetto|verzonden|aan|onderwerp|sendt|dato|til|emne|skickat|till|ämne|lähetetty|vastaanottaja|aihe|дата|кому|тема|de)\s*\*?\s*[:：]`)
	// separator is a line that names the original message between dashes.
	separator = regexp.MustCompile(`(?i)^[\s>*]*[-_=]{2,}\s*(?:original message|original e-?mail|forwarded message|original-nachricht|ursprüngliche nachricht|weitergeleitete nachricht|wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości|wiadomość przekazana|wiadomość przesłana dalej|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|oorspronkelijk bericht|oprindelig besked|oprindelig meddelelse|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|исходное сообщение|пересланное сообщение)\s*[-_=]{2,}\s*$`)
	// forwardLine opens a forwarded message in Apple Mail.
	forwardLine = regexp.MustCompile(`(?i)^\s*(?:begin forwarded message|początek przekazanej wiadomości|anfang der weitergeleiteten nachricht|début du message réexpédié|inicio del mensaje reenviado|inizio messaggio inoltrato)\s*:\s*$`)
)

// attribution says how many lines the attribution at the beginning takes; 0 if
// there is none. It may be wrapped by the mail program.
func attribution(lines []string) int {
	// QUIRK: Gmail wraps before the address, Outlook on phones before the verb;
	// testdata of TestNewText.
	joined := ""
	for n := 0; n < min(len(lines), maxAttributionLines) && !blank(lines[n]); n++ {
		if n > 0 && quoted(lines[n]) && !strings.HasPrefix(strings.TrimSpace(lines[n]), ">:") {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + strings.TrimSpace(lines[n]))
		if len([]rune(joined)) > maxAttribution {
			return 0
		}
		if isAttribution(joined) {
			return n + 1
		}
		if n == 0 && !digit.MatchString(joined) && !attributionStart.MatchString(joined+" ") {
			return 0
		}
	}
	return 0
}

func isAttribution(s string) bool {
	address := strings.Contains(s, "@")
	if address && timeOfDay.MatchString(s) && (strings.HasSuffix(s, ">:") || strings.HasSuffix(s, "> :")) {
		return true // QUIRK: a date, a name and an address without a verb (Yandex, old Gmail)
	}
	if !attributionVerb.MatchString(s) || pronoun.MatchString(s) || !digit.MatchString(s) {
		return false
	}
	return address || attributionStart.MatchString(s) && strings.HasSuffix(s, ":")
}

// beginsHistory says whether the history starts here with a separator or a copied
// header: a From line and at least one more field, and among them an address or a
// date, so that a list of a person's own ("From: Leeds, To: York") is kept.
func beginsHistory(lines []string) bool {
	first := lines[0]
	if len(first) > 300 {
		return false
	}
	if separator.MatchString(first) || forwardLine.MatchString(first) {
		return true
	}
	if !headerFrom.MatchString(first) {
		return false
	}
	fields, telling := 0, tellsOfMail(first)
	for i, l := range lines[1:] {
		if i >= 5 || blank(l) && i > 1 {
			break
		}
		if len(l) < 1000 && headerOther.MatchString(l) {
			fields++
			telling = telling || tellsOfMail(l)
		}
		telling = telling || strings.Contains(l, "@")
	}
	return fields >= 2 || fields == 1 && telling
}

// tellsOfMail says whether a header line holds an address or a date.
func tellsOfMail(line string) bool {
	return strings.Contains(line, "@") || timeOfDay.MatchString(line) || year.MatchString(line)
}

// sentFromWords begin the line that phones and programs put under every mail.
var sentFromWords = []string{
	"sent from ", "sent via ", "get outlook for", "sent with ", "wysłano z ", "wysłane z ", "wysłano przez ", "pobierz outlook", "pobierz aplikację outlook", "uzyskaj outlook",
	"gesendet von ", "gesendet mit ", "diese nachricht wurde von ", "outlook für ", "envoyé de ", "envoyé depuis ", "envoyé à partir ", "télécharger outlook", "obtenir outlook",
	"enviado desde ", "enviado do ", "obtener outlook", "inviato da ", "inviato dal ", "ottieni outlook", "scarica outlook", "verzonden vanaf ", "verstuurd vanaf ", "skickat från ", "sendt fra ", "lähetetty ", "отправлено ",
}

// farewells are closing formulas that stand alone on a line.
var farewells = []string{
	"regards", "kind regards", "best regards", "warm regards", "warmest regards", "with regards", "with kind regards", "many thanks and regards", "thanks and regards", "thanks & regards", "best wishes", "yours sincerely", "yours faithfully", "sincerely", "sincerely yours", "yours truly",
	"pozdrawiam", "pozdrawiam serdecznie", "serdecznie pozdrawiam", "z poważaniem", "z wyrazami szacunku", "łączę wyrazy szacunku", "z pozdrowieniami", "pozdrowienia", "z powazaniem",
	"mit freundlichen grüßen", "mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße", "mfg", "liebe grüße",
	"cordialement", "bien cordialement", "salutations", "bien à vous", "sincères salutations", "saludos", "un saludo", "atentamente", "saludos cordiales", "cordiali saluti", "distinti saluti", "saluti", "un saluto",
}
