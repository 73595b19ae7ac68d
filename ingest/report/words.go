package report

import (
	"regexp"
	"strings"
)

var (
	// undelivered are the sentences of a report, in the languages that mail systems
	// are set to. For the notation see phrasesOf.
	undelivered = []string{
		"not be delivered|n't be delivered|was not delivered|wasn't delivered|not been delivered|not yet been delivered",
		"unable to deliver|unable to relay|not deliver|n't deliver|failed to deliver|undeliver|did not reach|did not receive this|did not receive your",
		"failed permanently|permanent error|permanent fatal|permanent failure|permanently failed|delivery failed|delivery has failed|delivery error|delivery failure",
		"delivery to|delivery of|delivery for 80> failed|delayed|has been|incomplete", "returned to sender|returned to the sender|message returned|was returned|been returned",
		"nie mógł|nie mogła|nie można|nie udało|nie został 80> dostarcz|doręcz", "niedostarcz",
		"nicht zugestellt|nicht zustell|unzustellbar|nicht erreicht", "zustellung 60> fehlgeschlagen|verzögert",
		"pas pu être|pas pu etre|pas été remis|pas été distribu|pas été délivr|non remis|non distribu|échec de remise|échec de la remise|échec de la distribution|echec de la remise",
		"no se pudo|no pudo|no se puede|no se ha podido|no pudimos 20> entreg", "no entregado",
		"impossibile recapitare|impossibile consegnare|mancato recapito|mancata consegna", "non è stato|non può essere|non e' stato 20> recapit|consegn",
		"niet 30> bezorgd|afgeleverd|bestelbaar", "onbestelbaar", "não foi|não pôde|não pode 30> entreg", "falha na entrega",
		"nelze doručit|nebyla doručena|nedoručiteln|kunde inte levereras|kunne ikke leveres|nem kézbesíthető",
		"не может|не удалось|не было|не был 40> достав", "не доставлен|недоставлен",
		"无法发送|无法投递|无法送达|退信|被退回|投递失败|配信できま|送信できま|届けられま|配信エラー|配信不能",
	}
	// noticeWords are what the text of a report says somewhere.
	noticeWords = phrasesOf(append(undelivered,
		"no valid recipients|mailbox is full|mail is full|failed address|address had|addresses had|address has|address failed|addresses failed|failure reasons",
		"created automatically by|qmail-send|transcript of session|delivery status|temporarily|retried")...)
	// failWords say that a delivery is over.
	failWords = phrasesOf(append(undelivered,
		"permanent|failed|failure|returned|given up|giving up|unable to|no such|unknown|not found|invalid|rejected|is full|not exist|wasn't|was not",
		"exceeded|unrouteable|malformed|incorrectly|cannot be|can not be|nie mógł|nie mogła|nie można|nie udało")...)
	// delayWords say that it is not.
	delayWords = phrasesOf(
		"delayed|not yet been delivered|could not yet|warning only|will retry|will re-try|will be retried|will keep trying|will continue|still being retried",
		"attempts will continue|delivery incomplete|do not need to resend|temporary failure|temporary error|temporary problem",
		"temporarily deferred|temporarily unavailable|temporarily rejected|temporarily delayed|temporarily unable|temporarily not|temporarily refused|temporarily unreachable|temporarily suspended:",
		"opóźni|kolejne próby|została jeszcze|zostały jeszcze|verzögert|weitere versuche|weitere zustellversuche|nouvelle tentative|retardé|задерж|遅延|延迟")
	// permanentWords outweigh them.
	permanentWords = phrasesOf("permanent|given up|giving up|has failed")
)

// bounceSubject must stand at the start: "Re:" and "Fwd:" are people.
var bounceSubject = regexp.MustCompile(`(?i)^\W{0,3}(\[[^\]]{1,40}\] ?)?([\pL\d.:-]{1,80} ){0,2}(` + strings.Join([]string{
	`undeliver(ed|able)|undelivered mail|mail delivery (failed|failure|problem|error|status)|delivery (status )?(notification|failure|report|problem|error|has failed|delayed)`,
	`deliver(y|ing) (mail )?(failed|failure)|returned mail|mail could not be delivered|message (delivery failed|could not be delivered|undeliverable|status)`,
	`failure (notice|delivery)|delay notice|non[- ]?deliver|nondeliverable|mail (system error|failed|failure|returned|undeliverable|problem)`,
	`could ?n.t deliver|delayed mail|warning: (could not|message|mail)|mail failed|returning message|user unknown|unable to deliver`,
	`permanent delivery failure|failed mail|delivery (incomplete|unsuccessful)|postfix smtp server: errors|(automatically )?rejected mail|error sending (your )?(mail|message)`,
	`niedostarcz|zwrot|nie można dostarczyć|nie dostarczono|(wiadomość )?nie została dostarczona|opóźnienie w (dostarcz|doręcz)`,
	`unzustellbar|(konnte )?nicht zugestellt|zustellung (fehlgeschlagen|verzögert)|non remis|message non (remis|d[ée]livr)|[ée]chec de (la )?(remise|distribution)`,
	`no se (puede|pudo) entregar|no entregado|non recapitabile|mancat[ao] (recapito|consegna)|impossibile (recapitare|consegnare)`,
	`onbestelbaar|não foi possível entregar|falha na entrega|zprávu nelze doručit|nelze doručit|nedoručiteln`,
	`(сообщение )?не доставлено|недоставлен|не удалось доставить|(系统)?退信|投递失败|无法投递|配信エラー|配信不能|送信エラー|エラーメール`,
}, "|") + `)`)

// meanings maps well-known words to the subject and detail of RFC 3463 section 3,
// the more telling first.
var meanings = []struct {
	code  string
	words []phrase
}{
	{"2.2", phrasesOf(
		"mailbox|mail box|mailfolder|account|inbox|disk|storage 60> full", "over quota|overquota|over-quota|quota exceeded|quota is full", "exceed|over 30> quota|storage",
		"insufficient storage|insufficient system storage|out of storage|out of disk|out of space|out of mailbox|not enough storage|not enough space|not enough disk|no more space",
		"mailbox size limit|mailbox exceeds|mailbox has exceeded", "mailbox|mail box 40> exceed|over 20> size|limit", "account|mailbox 40> over its|over the 10> limit|quota",
		"skrzynk|konto 40> pełn|przepełn", "przepełnion 10> skrzynk", "postfach|mailbox 40> voll|überfüllt", "boîte|boite 40> plein", "buzón|buzon 40> llen", "casella 40> pien",
		"caixa 40> cheia", "schránka 30> pln", "postbus 20> vol", "ящик 60> переполнен", "邮箱 10> 已满|空间不足", "メールボックス 40> 一杯|満杯|いっぱい", "容量オーバー")},
	{"7.1", phrasesOf( // refused for now, or for too much at once
		"greylist|graylist|grey-list|gray-list|too many connections|too many messages|too much mail|too many mails|too many requests|rate limit|rate-limit|ratelimit|throttl|slow down|per hour|per minute")},
	{"3.4", phrasesOf(
		"message|mail|size 30> too big|too large|exceed", "exceed 30> size|limit", "maximum message size|maximum size|za duż|zu groß|zu gross|trop volumineux|trop gros|demasiado grande|troppo grande|muito grande")},
	{"1.8", phrasesOf("unroutable|unrouteable|invalid|bad 1> sender", "sender 30> not found|not exist|n't exist|unknown|unresolvable")},
	{"1.2", phrasesOf(
		"host unknown|host not found|host name not found|host lookup|domain unknown|domain not found|domain name unknown|domain name not found|domain lookup|unknown host|unknown domain|unknown server",
		"no such host|no such domain|no such server|name service error|nxdomain|domain does not exist|domain doesn't exist|couldn't find any host|unrouteable mail domain|unroutable mail domain",
		"no mail exchanger|all relevant mx records point|no mx |no mx.|no mail server|appear to be registered|unable to look up|unable to lookup",
		"nie znaleziono domeny|nie znaleziono hosta", "domena 40> nie istnieje", "domain|domäne 40> nicht gefunden|existiert nicht")},
	{"1.6", phrasesOf("has moved|address has changed|user not local; please try|user not local, please try|has a new address")},
	{"2.1", phrasesOf(
		"account|mailbox|address|user|recipient 24> inactive|expired|locked", "account|mailbox|address|user|recipient 60> disabled|suspended|deactivated|discontinued",
		"account 20> closed|terminated|temporarily limited", "no longer active|no longer available|no longer on server|no longer with|no longer accepting",
		"konto 40> zablokowan|zawieszon|nieaktywn|wyłączon|usunięt")},
	{"7.1", phrasesOf("sender 20> rejected|denied|not allowed|verif")},
	{"1.1", phrasesOf(
		"user|addressee 60> unknown|not found|not exist|n't exist|not listed|invalid", "unknown|no such|invalid|nonexistent|unrouteable|unroutable|bad 12> user|recipient|account|mailbox|address|local|person",
		"recipient|address|mailbox|account 50> unknown|not found|doesn't exist|does not exist|could not be found|couldn't be found|wasn't found|not listed|invalid",
		"recipient rejected|address rejected|mailbox rejected|user rejected|rejected recipient|rejected address|addresses were unknown|address was unknown|address is unknown|not known|not a known",
		"account not available|mailbox not available|user not available|recipient not available|no mailbox|no valid|no such|no account|not a valid|not a mailbox|isn't a valid|isn't a mailbox",
		"doesn't have a|does not have a 42> account", "unknown local part|unknown local-part|not our customer|recipnotfound|mailbox unavailable|may not exist",
		"nie istnieje|nieznan|nie można odnaleźć|unbekannt|nicht vorhanden|existiert nicht|inconnu|introuvable|n'existe pas|desconocid|no existe|sconosciut|inesistente|non esiste",
		"desconhecid|não existe|onbekend|bestaat niet|neexist|neznám|не найден|не существует|неизвест|存在しま|見つかりま|不存在|无此用户")},
	{"1.3", phrasesOf("malformed|syntax error|incorrectly constructed|bad address syntax|invalid address format")},
	{"4.6", phrasesOf("too many hops|mail loop|loop back|loops back| looping|loop detected|routing loop|hop count")},
	{"4.7", phrasesOf(
		"retry time|failing for a long time|message expired|too long on the queue|too long in the queue|on the queue too long|in the queue too long|attempts exceeded",
		"delivery|queue 20> expired", "multiple|several 1> retries|tries", "delivered for 6> days|hours", "cannot send message|giving up after")},
	{"3.0", phrasesOf("unknown mailer error|unknown mail transport error", "child process of 40> returned")},
	{"7.10", phrasesOf("tls|encryption 20> required|needed|mandatory", "must issue a starttls", "not|n't 1> support|offer 1> tls|starttls|encryption")},
	{"7.5", phrasesOf("tls|ssl 1> handshake|negotiation|error|failure")},
	{"4.1", phrasesOf(
		"timed out|timedout|connection refused|connection reset|connection lost|connection closed|lost connection|no route to host|network unreachable|network is unreachable|network error|socket error",
		"not accept 20> connect", "couldn't|could not|cannot|can't|unable to 1> connect|establish|initiate", "did not respond|did not answer|no answer", "host 40> unreachable| down|not reachable")},
	{"7.1", phrasesOf(
		"spam|blocked|blacklist|black list|blocklist|block list|policy|policies|access denied|relay|dmarc|spf |dkim|ptr record|reverse dns|reputation|unsolicited|authentication|virus|malware|prohibit|banned|refused",
		"not authorized|not authorised|not permitted|not allowed|listed in|listed at|listed on|listed by|only members|only subscribers|unacceptable| filter|automatically rejected", "content 10> rejected",
		"odrzucon|abgelehnt|abgewiesen|rejeté|rechazad|rifiutat|отклонен|拒否|拒绝|拒收")},
}

// meaning is the subject and detail that the words stand for; 0.0 if none.
func meaning(words string) string {
	s := plain(words)
	for _, m := range meanings {
		if saidIn(m.words, s) {
			return m.code
		}
	}
	return "0.0"
}

// says says whether a text holds one of the phrases.
func says(list []phrase, text string) bool { return saidIn(list, plain(text)) }
