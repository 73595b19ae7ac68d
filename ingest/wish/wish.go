// Package wish reads from a customer's reply what it seems to ask for: to escalate, to
// appeal, to go to the ombudsman, to withdraw, or only that the customer is not
// satisfied (P15, P16). It proposes; a person decides. It would rather propose once too
// often than miss a customer who is not content.
package wish

import (
	"regexp"
	"strings"

	"ask4.com/skarga/complaint"
)

// rule says which words speak of a wish. Patterns are matched against one sentence,
// in lower case and without accents, as many people write Polish.
type rule struct {
	wish complaint.Wish
	says *regexp.Regexp
	but  *regexp.Regexp // words that say the opposite; nil for none
}

func words(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join(patterns, `|`) + `)`)
}

// rules stand in the order of strength: of several wishes in one message the first
// counts.
var rules = []rule{
	{complaint.WishOmbudsman, words(
		`ombuds`, `os:c\b`, `adr scheme`, `dispute resolution`, `deadlock letter`, `letter of deadlock`,
		`rzecznik\w* (?:praw|konsument|ochrony)`, `pozasadow`, `mediacj`, `arbitra[zj]`, `pism\w* o impasie`,
	), words(
		`(?:do not|don't|dont|no need|not going|rather not|will not|won't|wont)(?: \w+){0,5} ombuds`,
		`nie (?:chce|zamierzam|bede|ma potrzeby)(?: \w+){0,5} (?:ombuds|rzecznik)`,
	)},
	{complaint.WishAppeal, words(
		`(?:an|my|to|will|formally|hereby|wish to|want to|would like to|like to|i) appeal\b`, `appeal (?:against|the|this|your)`, `appealing (?:against|the|this|your)`,
		`re-?consider`, `re-?open`, `(?:review|contest|challenge|dispute|overturn|change) (?:the|your|this|that) (?:decision|outcome|finding|conclusion|response|answer)`,
		`(?:disagree|do not agree|don't agree|dont agree|cannot agree|can't agree|not in agreement) with (?:the|your|this|that|any)(?: \w+){0,3} (?:decision|outcome|finding|conclusion|response|answer|reason|assessment)`,
		`look (?:at|into) (?:it|this|my complaint|my case|the matter) again`,
		`odwol(?:anie|ania|aniu|uje|ac|ujemy|uj)`, `ponown\w+ (?:rozpatrz|rozpozna|zbadani|analiz|przeanaliz|sprawdz)`, `(?:rozpatrz|zbada|przeanaliz|rozwaz)\w*(?: \w+){0,4} ponownie`,
		`nie zgadza(?:m|my) sie z`, `kwestionuj`, `podwazam`, `sprzeciw`, `zmian\w+ (?:tej |panstwa |waszej )?decyzji`, `wznowi`,
	), words(`(?:do not|don't|dont|will not|won't) (?:want to |wish to )?appeal`, `nie (?:bede|zamierzam) sie odwol`)},
	{complaint.WishEscalate, words(
		`escalat`, `(?:speak|talk|complain|write|pass|forward|refer|hand|take)(?: \w+){0,4} (?:to|with) (?:a|an|the|your|some)(?: \w+){0,2} (?:manager|supervisor|director|boss|superior)`,
		`your (?:manager|supervisor|boss|superior|director)`, `(?:someone|somebody|anyone|person) (?:more )?(?:senior|higher|in charge|above you)`, `senior (?:manager|management|member)`, `higher (?:level|up|authority)`,
		`(?:take|taking) (?:this|it|the matter|things) (?:further|higher)`, `somebody else|someone else to (?:look|review|deal)`,
		`eskal`, `przelozon`, `kierowni(?:k|cz)`, `men[ea]d[zż]er`, `(?:do|z) (?:panstwa |waszego |waszym )?(?:dyrektor|szef|manager)`, `kogos (?:wyzej|innego|z kierownictwa)`, `wyzsz\w+ (?:instancj|szczebl|rang)`,
		`pojd[eę] z tym dalej`, `dalsz(?:e|ych) krok`, `nadac(?: \w+){0,3} dalszy bieg`,
	), words(`(?:do not|don't|dont|no) (?:want|need|wish)(?: \w+){0,3} escalat`)},
	{complaint.WishWithdraw, words(
		`(?:withdraw|withdrawing|drop|dropping|cancel|retract|take back) (?:my|the|this|our) (?:complaint|case|claim)`, `no longer (?:wish|want) to (?:complain|pursue|proceed|continue)`, `(?:please )?close (?:my|the|this|our) (?:complaint|case|ticket)`,
		`(?:wycof|cofa)\w*(?: \w+){0,2} (?:skarg|reklamacj|zgloszen)`, `rezygnuj\w+ ze? (?:skarg|reklamacj|dalsz)`, `(?:prosze|mozna|mozecie|moga panstwo)(?: \w+){0,2} zamkn\w+`,
	), words(`(?:do not|don't|dont|not|never|will not|won't|before you) (?:to )?(?:withdraw|drop|close|cancel)`, `nie (?:wycof|zamyka|rezygnuj|prosze|zgadzam)`)},
	{complaint.WishDissatisfied, words(
		`not (?:\w+ ){0,2}(?:satisf|happy|pleased|acceptable|good enough|resolved|solved|fixed|content|impressed)`, `(?:isn't|wasn't|aren't|isnt|wasnt|hasn't been|has not been|hasnt been) (?:\w+ )?(?:satisf|happy|acceptable|good enough|resolved|solved|fixed|working)`,
		`unsatisf`, `unhappy`, `unaccept`, `unresolved`, `dissatisf`, `disappoint`, `ridiculous`, `a joke`, `disgrace`, `appalling`, `insult`, `unfair`, `fed up`, `waste of (?:my )?time`,
		`still (?:no\b|not\b|nothing|broken|waiting|slow|down|have no|haven't|hasn't|isn't|doesn't|does not|do not|don't|cannot|can't|the same)`,
		`(?:does not|doesn't|doesnt|did not|didn't|didnt|fails to|failed to) (?:\w+ )?(?:solve|answer|address|resolve|fix|help|explain)`,
		`(?:reject|refuse|cannot accept|can't accept|do not accept|don't accept|dont accept|will not accept|won't accept|not accepting)`, `not (?:a|an) (?:\w+ )?(?:answer|explanation|solution)`, `(?:never|not once) (?:called|replied|answered|came)`,
		`nie (?:jestem|jestesmy)(?: \w+){0,3} (?:zadowol|usatysfakcjon)`, `niezadowol`, `nie ?(?:w pelni )?satysfakcjonuj`, `nieusatysfakcjon`, `(?:nadal|wciaz|dalej|ciagle) (?:nie\b|brak|bez|czekam|to samo|mam|jest)`,
		`nie (?:akceptuj|przyjmuj|zaakceptuj|wystarcz|rozwiaz|pomog|odpowied|odpowiada|wyjasni|dziala)`, `nie do (?:przyjecia|zaakceptowania|pomyslenia)`, `niedopuszczaln`, `nieakceptowaln`, `rozczarowa`, `skandal`, `kpin`, `zenad`, `to (?:jest )?(?:jakis )?zart\b`, `niesprawiedliw`,
		`problem(?: \w+){0,2} (?:nadal|wciaz|dalej|powrocil|wrocil)`, `to nie (?:jest )?(?:zadn\w+ )?(?:odpowiedz|wyjasnienie|rozwiazanie)`, `mam (?:tego )?dosc`,
	), words(`not (?:\w+ )?(?:unhappy|dissatisfied|disappointed|unfair)`, `nie jestem niezadowol`, `no longer (?:unhappy|dissatisfied|disappointed)`)},
	{complaint.WishSatisfied, words(
		`(?:all|now|everything|it is|it's|has been|been|was|got) (?:\w+ )?(?:sorted|fixed|resolved|working|solved)`, `thank(?:s| you)(?: \w+){0,3} (?:for )?(?:sorting|fixing|resolving|solving|your help|the help|help)`,
		`(?:i am|i'm|im|we are|we're)(?: \w+){0,2} (?:happy|satisfied|content|pleased) with`, `(?:i|we)(?: \w+)? accept (?:your|the|this)`, `consider (?:this|it|the matter|my complaint|the case)(?: \w+){0,2} (?:closed|resolved|settled)`, `working (?:\w+ )?(?:now|again|fine|perfectly)`,
		`(?:juz|wszystko|internet|teraz) (?:\w+ )?dziala`, `(?:zostal\w*|jest|sprawa|problem) (?:\w+ )?(?:naprawion|rozwiazan|zalatwion|zakonczon)`, `(?:jestem|jestesmy)(?: \w+){0,2} (?:zadowol|usatysfakcjon)`, `dziek\w+(?: \w+)? za (?:\w+ )?(?:pomoc|zalatwienie|rozwiazanie|napraw|interwencj)`,
		`(?:akceptuj|przyjmuj)\w+ (?:\w+ )?(?:propozycj|przeprosin|wyjasnien|odpowiedz|decyzj)`, `uwaza(?:m|my) (?:te )?sprawe za`,
	), nil},
}

// sentenceEnd divides a text into sentences and lines.
var sentenceEnd = regexp.MustCompile(`[.!?]+(?:\s|$)|\n+`)

// unaccented writes letters without their accents, and apostrophes as one sign.
var unaccented = strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z", "’", "'", "‘", "'", "`", "'", "\u00a0", " ")

// Of says what a reply seems to ask for, and in which of its words. The text is what
// the customer wrote now, without quoted history and signature; what stands in ours, the
// words that we write to customers, is not the customer's.
func Of(subject, text, ours string) (complaint.Wish, string) {
	best, said := len(rules), ""
	ours = letters(ours)
	for _, passages := range [][]string{passagesOf(text), {subject}} {
		for n, s := range passages {
			plain := unaccented.Replace(strings.ToLower(s))
			for i, r := range rules[:best] {
				if r.says.MatchString(plain) && (r.but == nil || !r.but.MatchString(plain)) {
					if !isOurs(passages, n, ours) {
						best, said = i, clip(s)
					}
					break
				}
			}
		}
	}
	if best == len(rules) {
		return complaint.NoWish, ""
	}
	return rules[best].wish, said
}

// passagesOf are the sentences and lines of a text that are not empty, on one line each.
func passagesOf(text string) (list []string) {
	for _, s := range sentenceEnd.Split(text, -1) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			list = append(list, s)
		}
	}
	return list
}

func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}
