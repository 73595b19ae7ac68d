package report

import (
	"regexp"
	"strings"
)

// anyOf compiles alternatives to one expression that does not look at case.
func anyOf(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile("(?i)" + strings.Join(alternatives, "|"))
}

// undelivered are the sentences of a report, in the languages that mail systems
// are set to.
var undelivered = []string{
	`could not be delivered|couldn.t be delivered|not be delivered|was not delivered|wasn.t delivered|not (yet )?been delivered`,
	`unable to (deliver|relay)|not deliver|failed to deliver|undeliver|did not reach|couldn.t (be )?deliver|did not receive (this|your)`,
	`failed permanently|permanent(ly)? (fatal )?(error|failure|failed)|delivery (has )?failed|delivery error|delivery failure`,
	`delivery (to|of|for) .{0,80}(failed|delayed|has been|incomplete)|returned to (the )?sender|message returned|(was|been) returned`,
	`nie (mógł|mogła|można|udało|została?).{0,60}(dostarcz|doręcz)|niedostarcz`,
	`nicht zugestellt|nicht zustell|unzustellbar|zustellung .{0,60}(fehlgeschlagen|verzögert)|nicht erreicht`,
	`pas pu [êe]tre|pas [ée]t[ée] (remis|distribu|d[ée]livr)|non (remis|distribu)|[ée]chec de (la )?(remise|distribution)`,
	`no (se )?(pudo|puede|ha podido|pudimos) .{0,20}entreg|no entregado`,
	`impossibile (recapitare|consegnare)|non (è stato|può essere|e' stato) .{0,20}(recapit|consegn)|mancat[ao] (recapito|consegna)`,
	`niet .{0,20}(bezorgd|afgeleverd|bestelbaar)|onbestelbaar`,
	`não (foi|pôde|pode) .{0,30}entreg|falha na entrega`,
	`nelze doručit|nebyla doručena|nedoručiteln|kunde inte levereras|kunne ikke leveres|nem kézbesíthető`,
	`не (может быть|может|удалось|было|был) .{0,20}достав|не доставлен|недоставлен`,
	`无法(发送|投递|送达)|退信|被退回|投递失败|配信できま|送信できま|届けられま|配信エラー|配信不能`,
}

var (
	// noticeWords are what the text of a report says somewhere.
	noticeWords = anyOf(append(undelivered,
		`no valid recipients|mail(box)? is full|failed address|addresses? (had|has|failed)|failure reasons|created automatically by|qmail-send`,
		`transcript of session|delivery status|temporarily|retried`)...)
	// failWords say that a delivery is over.
	failWords = anyOf(append(undelivered,
		`permanent|failed|returned|giv(en|ing) up|unable to|no such|unknown|not found|invalid|rejected|is full|not exist|wasn.t|was not`,
		`exceeded|unrouteable|malformed|incorrectly|failure|can ?not be|nie (mógł|mogła|można|udało)`)...)
	// delayWords say that it is not.
	delayWords = anyOf(
		`\bdelayed\b|not yet been delivered|could not yet|warning only|will (be )?(retried|re-?try|keep trying|continue)|still being retried|attempts will continue`,
		`delivery incomplete|do not need to resend|temporary (failure|error|problem)|temporarily (deferred|unavailable|rejected|delayed|unable|not|refused|unreachable|suspended:)`,
		`opóźni|kolejne próby|nie zosta\pL+ jeszcze|verzögert|weitere (zustell)?versuche|nouvelle tentative|retardé|задерж|遅延|延迟`)
	permanentWords = regexp.MustCompile(`(?i)permanent(ly)?|given up|giving up|failed permanently|has failed`)
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
	words *regexp.Regexp
}{
	{"2.2", anyOf(
		`(mail ?box|mailfolder|account|inbox|disk|storage)( of .{1,60})?( is|'s)? (currently )?full|over ?quota|quota (exceeded|is full)`,
		`(exceeded|over|exceeds) .{0,30}(quota|storage)|insufficient (system )?storage|(out of|not enough|no more) (disk |storage |mailbox )*(space|storage)`,
		`mailbox (size limit|exceeds|has exceeded)|mail ?box .{0,40}(exceed|over).{0,20}(size|limit)|over (its|the) .{0,10}(limit|quota)`,
		`skrzynka .{0,30}(pełna|przepełnion)|przepełnion\pL+ skrzynk|(postfach|mailbox) .{0,40}(voll|überfüllt)\b|bo[îi]te .{0,40}pleine|buz[óo]n .{0,40}llen`,
		`casella .{0,40}piena|caixa .{0,40}cheia|schránka .{0,20}plná|postbus .{0,20}vol\b|ящик .{0,30}переполнен|邮箱.{0,6}已满|邮箱空间不足|メールボックス.{0,20}(一杯|満杯)|容量オーバー`)},
	{"7.1", anyOf( // refused for now, or for too much at once
		`gr[ea]y-?list|too (many|much) (connections|messages|mail|requests)|rate.{0,10}limit|throttl|slow down|per (hour|minute)\b`)},
	{"3.4", anyOf(
		`(message|mail|size).{0,30}(too (big|large)|exceed)|exceeds? .{0,30}(size|limit)|maximum (message )?size|za duż|zu gro(ß|ss)|trop (volumineux|gros)|(demasiado|troppo|muito) grande`)},
	{"1.2", anyOf(
		`(host|domain)( name)? (unknown|not found|lookup)|(unknown|no such) (host|domain|server)|name service error|nxdomain|domain (does not|doesn.t) exist`,
		`couldn.t find any host|unrouteable mail domain|no mail exchanger|all relevant mx records point|no mx\b|no mail servers?\b|appear to be registered`,
		`unable to look ?up|nie znaleziono (domeny|hosta)|domena .{0,30}nie istnieje|domain .{0,40}(nicht gefunden|existiert nicht)`)},
	{"1.6", anyOf(`has moved|address has changed|user not local;? +please try|has a new address`)},
	{"2.1", anyOf(
		`(account|mailbox|address|user|recipient).{0,20} (is )?(inactive|expired|locked)|(account|mailbox|address|user|recipient).{0,60} (disabled|suspended|deactivated|discontinued)`,
		`account .{0,20}(closed|terminated|temporarily limited)|no longer (active|available|on server|with|accepting)|konto .{0,30}(zablokowan|zawieszon|nieaktywn|wyłączon|usunięt)`)},
	{"7.1", anyOf(`sender .{0,20}(rejected|denied|not allowed|verif)`)},
	{"1.1", anyOf(
		`(user|addressee) .{0,60}(unknown|not found|not exist|invalid)|(unknown|no such|invalid|nonexistent|unrouteable|bad) .{0,12}(user|recipient|account|mailbox|address|local|person)`,
		`(recipient|address|mailbox|account|user|it)( name)? .{0,40}(unknown|not found|doesn.t exist|does not exist|could not be found|couldn.t be found|wasn.t found|not listed|invalid)`,
		`(recipient|address|mailbox|user) rejected|rejected (recipient|address)|addresses? (was|were|is) unknown|not (a )?known\b|(account|mailbox|user|recipient) not available`,
		`(no|not a|isn.t a|unknown) (mailbox|valid|such|account) ?|(doesn.t|does not) have an? .{1,40}account|unknown local part|not our customer|recipnotfound|mailbox unavailable|may not exist`,
		`nie istnieje|nieznan|nie można odnaleźć|unbekannt|nicht vorhanden|existiert nicht|inconnue?|introuvable|n.existe pas|desconocid|no existe|sconosciut|inesistente|non esiste`,
		`desconhecid|não existe|onbekend|bestaat niet|neexist|neznám|не найден|не существует|неизвест|存在しま|見つかりま|不存在|无此用户`)},
	{"1.3", anyOf(`malformed|syntax error|incorrectly constructed|bad address syntax|invalid address format`)},
	{"4.6", anyOf(`too many hops|mail loop|\bloops? back|\blooping\b|loop detected|routing loop|hop count`)},
	{"4.7", anyOf(
		`retry time(out)?( not reached| exceeded)?|(been )?failing for a long time|(delivery|queue).{0,20}expired|message expired|too long (on|in) the queue|been (on|in) the queue too long`,
		`(multiple|several|\d) (retries|tries)|attempts exceeded|delivered for \d+ (days|hours)|cannot send message|giving up after`)},
	{"3.0", anyOf(`unknown mail(er| transport) error|child process of .{1,40} returned`)},
	{"7.10", anyOf(`(tls|encryption).{0,20}(required|needed|mandatory)|must issue a starttls|(not|n.t) (support|offer) (tls|starttls|encryption)`)},
	{"7.5", anyOf(`(tls|ssl) (handshake|negotiation|error|failure)`)},
	{"4.1", anyOf(
		`timed ?out|connection (refused|reset|lost|closed)|no route to host|network (is )?unreachable|not accept .{0,20}connect|(couldn.t|could not|cannot|can.t|unable to) (connect|establish|initiate)`,
		`did not (respond|answer)|no answer|(socket|network) error|lost connection|hosts? .{0,40}(unreachable|down|not reachable)`)},
	{"7.1", anyOf(
		`\bspam\b|blocked|black ?list|block ?list|policy|policies|access denied|relay|dmarc|\bspf\b|\bdkim\b|ptr record|reverse dns|reputation|unsolicited|not (authori[sz]ed|permitted|allowed)`,
		`authentication|virus|malware|listed (in|at|on|by)|prohibit|banned|refused|only (members|subscribers)|content.{0,10} rejected|unacceptable|\bfilter|automatically rejected`,
		`odrzucon|abgelehnt|abgewiesen|rejet[ée]|rechazad|rifiutat|отклонен|拒否|拒绝|拒收`)},
}

// meaning is the subject and detail that the words stand for; 0.0 if none.
func meaning(words string) string {
	words = clip(words)
	for _, m := range meanings {
		if m.words.MatchString(words) {
			return m.code
		}
	}
	return "0.0"
}
