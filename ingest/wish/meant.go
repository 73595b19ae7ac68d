package wish

import (
	"regexp"
	"strings"
)

// denied ends in a negation that reaches what follows it.
var denied = regexp.MustCompile(`(?:\b(?:not|never|no (?:need|intention|reason|wish|plans?)|without|(?:decided|voted) against|instead of|zamiast|z?rezygn\w+ z|nie|nigdy|bez|(?:do|wo|ca)nt)|n't)(?: [\w']+){0,6} $`)

// fresh begins another thought, which a negation before it does not reach.
var fresh = regexp.MustCompile(`[,;:)] |\b(?:and|but|so|then|i|we|i'm|im|i'd|i'll|please|ale|wiec|teraz) |(?:[^e]|[^i]e|[^n]ie) (?:ide|pojde|chce|prosze|zglaszam|skladam|kieruje|zadam|odwoluje|dajcie) `)

// aside are sentences that only speak about it: that ask what it is, repeat what we or
// others said, tell of another time, another firm or what might be.
var aside = words(
	`(?:should|is|does|has|are|czy) (?:the )?ombuds`, `whether (?:to|i|we)\b`, `what (?:happens )?if (?:i|we)\b`, `co sie stanie`, `zastanawiam`, `czy (?:sie odwol|mam sie odwol)`, `what (?:is|are|does) (?:(?:an?|the) )?(?:\w+ )?(?:ombuds|appeal|deadlock|escalation)`, `co to (?:jest|sa|znaczy)`, `co (?:oznacza|znaczy)`, `(?:do|did) i understand`, `czy dobrze rozumiem`, `out of (?:curiosity|interest)`, `z ciekawosci`, `how (?:\w+ ){0,3}works?\b`, `jak (?:\w+ )?dzial\w+ (?:odwol|rzecz|ombud)`, `jak (?:to )?dziala`, `(?:don't|do not|dont) understand (?:it|the|this|what)`, `nie rozumiem`, `(?:explanation|wyjasnienie)\b`,
	`you (?:say|said|write|wrote|mention\w*|state|told|explain\w*)\b`, `(?:letter|leaflet|flyer|ulotk\w+|list|email|site|website|page|strona) (?:says|mowi|mentions|states)`, `(?:pisz|napisa|wspom|mowi|poda)\w+ panstwo`, `(?:z|wedlug) (?:\w+ )?(?:list|mail|odpowiedz|pism|wiadomosc)\w* (?:\w+ )?wynika`, `panstwo (?:pisz|napisa|wspom|mowi|poda)`, `(?:piszecie|napisaliscie|piszesz)`,
	`(?:he|she|they|who|colleague|daughter|son|friend|neighbour|mother|father|wife|husband|mp|sister|brother|dad|mum|mom|cousin|aunt|uncle|flatmate|roommate|housemate) (?:went|said|told|knows|asked me|used|thinks|works|took|had|got|won|tried|complained|appealed)\b`, `never said`, `(?:sasiad\w*|kolega|kolezanka|corka|syn|siostra|brat|tata|babcia|kuzyn\w*|wspollokator\w*|znajom\w+|mama|maz|zona|posel|ktos|pani|pan)(?: \w+){0,3} (?:posz\w+|byl\w*|odwol\w+|mowil\w*|powiedzial\w*|radzil\w*|zna|mial\w*|napisal\w*)\b`, `nie mowil\w+`,
	`(?:neighbour|friend|colleague|flatmate|roommate|housemate)(?: \w+){0,2} (?:will|wants?|is going to)\b`, `(?:i|we) (?:\w+ )?(?:spoke|talked|appealed|escalated)\b`, `(?:had|have) (?:appealed|escalated)`, `(?:rozmawia|odwolywa|eskalowa|dzwoni)l\w+`, `last (?:year|summer|winter)`, `(?:rok|lata) temu`, `(?:zeszlym|ubieglym) roku`, `(?:in|w) 20\d\d\b`,
	`(?:old|previous|other|former|another) (?:provider|firm|company|supplier)`, `(?:poprzedni|inn)\w+ (?:dostawc|firm|operator)`, `(?:against|przeciwko|przeciw) [a-z]+ (?:was|ended|skonczy|zakonczy)`,
	`(?:he|she|they|support|team|colleague|agent|adviser|advisor|person|konsultant\w*|technik|pani|pan|on|ona|oni)(?: \w+){0,2} (?:escalated|passed|referred|forwarded|eskalowal|przekazal|zglosil)\w*`,
	`(?:was|were) (?:going|about) to\b`, `mial[ea]m (?:sie )?\w+c\b`, `(?:read|heard|know|knew|czytal\w*|przeczytal\w*|slyszal\w*|wiem)(?: \w+){0,4} (?:o|about)\b`,
	`(?:stays?|remains?|keep|leave)(?: \w+){0,3} open\b`, `if (?:somebody|someone|anybody|anyone|one)\b`, `if i (?:wanted|were|ever|should)`, `would only`, `(?:i|we) (?:may|might)\b`, `one day`, `w ostatecznosci`, `gdyby(?:m|smy)`, `(?:byc )?moze (?:sie|kiedys)`, `(?:picture|photo|article|magazine) `,
)

// speaks says whether a sentence speaks of the rule's wish.
func (r rule) speaks(s string) bool {
	if r.says != nil && r.says.MatchString(s) && !elsewhere.MatchString(s) && !r.denies(s) {
		return true
	}
	if r.asks == nil {
		return false
	}
	for _, part := range turn.Split(s, -1) {
		for _, at := range r.asks.FindAllStringIndex(part, -1) {
			if own := clause(part, at[0]); r.denies(own) || aside.MatchString(own) || !asked.MatchString(part[:at[0]][strings.LastIndexAny(part[:at[0]], divides)+1:]) && tells(part) {
				continue
			}
			before := part[:at[0]]
			if all := fresh.FindAllStringIndex(before, -1); all != nil {
				before = before[all[len(all)-1][1]:]
			}
			if !denied.MatchString(before) {
				return true
			}
		}
	}
	return false
}

// denies says whether a sentence or a part of one has words by which it says something else.
func (r rule) denies(s string) bool { return r.but != nil && r.but.MatchString(s) }

// divides are the signs between the clauses of a sentence.
const divides = ",;:("

// clause is what stands between two of those signs, around a place of a sentence.
func clause(s string, at int) string {
	from := strings.LastIndexAny(s[:at], divides) + 1
	if to := strings.IndexAny(s[at:], divides); to >= 0 {
		return s[from : at+to]
	}
	return s[from:]
}

// tells says whether a sentence only speaks about something.
func tells(s string) bool {
	return aside.MatchString(s) || question.MatchString(s) && !personal.MatchString(s)
}

// asked asks for what follows.
var asked = words(`please`, `(?:i|we)(?: would|'d| do)? (?:want|like|wish|need|demand|request|ask)`, `prosze`, `poprosze`, `chce(?:my)?`, `chcial(?:a?bym|ibysmy)`, `zadam`, `domagam`, `niech`)

// question begins a question that may be about the thing itself: what it costs, how it goes.
var question = regexp.MustCompile(`^(?:(?:and|also|by the way|quick question|a|i)?,? ?)(?:what|how|who|when|which|is|are|does|has|jak|jaki\w*|co|czym|kto|kiedy|ile|czy)\b`)

// personal are the words by which a question is about whoever asks, or about us, or asks
// for the way there.
var personal = words(`(?:do|did|can|could|should|would|will|may|must|am|how) i\b`, `i (?:am|was|have|had|can|could|should|would|want|do|did|need|will|may|might|must|get|go|make|take|\w*(?:appeal|complain|escalat))\b`, `i'(?:m|d|ve|ll)`, `(?:me|my|mine|we|us|our|you|your|u|ur)\b`, `how to`, `is (?:there|it possible)`, `(?:address|contact|number|adres|kontakt|numer)\w*`, `ja\b`, `(?:mi|mnie|nam|nas|was|wam|wy)\b`, `(?:moj|moi|moich|tw[oy][ijm]|nasz|wasz)\w*`, `pan(?:u|a|i|ie|ia|em|stw\w*)?\b`,
	`(?:mog|mozn|chc|mam|musz|powinien|powinn|potrzebuj|zamierza)\w*`, `\w+(?:lem|lam|bym|emy|imy|amy)\b`, `(?:jak|gdzie) (?:sie )?\w+c\b`, `(?:nie|da sie)\b`)

// turn is where a sentence goes on from what was to what is wanted.
var turn = regexp.MustCompile(`,? (?:but|so|now|however|ale|wiec|teraz|jednak) `)

// elsewhere are sentences about another firm.
var elsewhere = words(`(?:old|previous|other|former) (?:provider|firm|company|supplier)`, `(?:poprzedni|inn)\w+ (?:dostawc|firm|operator)`)
