package wish

import "regexp"

// denied ends in a negation that reaches what follows it.
var denied = regexp.MustCompile(`(?:\b(?:not|never|no (?:need|intention|reason|wish|plans?)|without|nie|nigdy|bez|(?:do|wo|ca)nt)|n't)(?: [\w']+){0,6} $`)

// fresh begins another thought, which a negation before it does not reach.
var fresh = regexp.MustCompile(`[,;:)] |\b(?:and|but|so|then|i|we|i'm|im|i'd|i'll|please|ale|wiec|teraz) |(?:[^e]|[^i]e|[^n]ie) (?:ide|pojde|chce|prosze|zglaszam|skladam|kieruje|zadam|odwoluje|dajcie) `)

// aside are sentences that only speak about it: that ask what it is, repeat what we or
// others said, tell of another time, another firm or what might be.
var aside = words(
	`(?:should|is|does|has|are|czy) (?:the )?ombuds`, `whether (?:to|i|we)\b`, `what (?:happens )?if (?:i|we)\b`, `co sie stanie`, `zastanawiam`, `czy (?:sie odwol|mam sie odwol)`, `what (?:is|are|does) (?:an?|the) (?:\w+ )?(?:ombuds|appeal|deadlock|escalation)`, `co to (?:jest|sa|znaczy)`, `co (?:oznacza|znaczy)`, `(?:do|did) i understand`, `czy dobrze rozumiem`, `out of (?:curiosity|interest)`, `z ciekawosci`, `how (?:\w+ )?works?\b`, `jak (?:to )?dziala`, `(?:don't|do not|dont) understand (?:it|the|this|what)`, `nie rozumiem`, `(?:explanation|wyjasnienie)\b`,
	`you (?:say|said|write|wrote|mention\w*|state|told|explain\w*)\b`, `(?:letter|leaflet|flyer|ulotk\w+|list|email|site|website|page|strona) (?:says|mowi|mentions|states)`, `(?:pisz|napisa|wspom|mowi|poda)\w+ panstwo`, `panstwo (?:pisz|napisa|wspom|mowi|poda)`, `(?:piszecie|napisaliscie|piszesz)`,
	`(?:he|she|they|who|colleague|daughter|son|friend|neighbour|mother|father|wife|husband|mp|sister|brother) (?:went|said|told|knows|asked me|used|thinks)\b`, `never said`, `(?:sasiad\w*|kolega|kolezanka|corka|syn|znajom\w+|mama|maz|zona|posel|ktos|pani|pan)(?: \w+){0,3} (?:posz\w+|mowil\w*|powiedzial\w*|radzil\w*|zna|mial\w*|napisal\w*)\b`, `nie mowil\w+`,
	`(?:i|we) (?:\w+ )?(?:spoke|talked|appealed|escalated)\b`, `(?:had|have) (?:appealed|escalated)`, `(?:rozmawia|odwolywa|eskalowa|dzwoni)l\w+`, `last (?:year|summer|winter)`, `(?:rok|lata) temu`, `(?:zeszlym|ubieglym) roku`, `(?:in|w) 20\d\d\b`,
	`(?:old|previous|other|former|another) (?:provider|firm|company|supplier)`, `(?:poprzedni|inn)\w+ (?:dostawc|firm|operator)`, `(?:against|przeciwko|przeciw) [a-z]+ (?:was|ended|skonczy|zakonczy)`,
	`if i (?:wanted|were|ever|should)`, `would only`, `(?:i|we) (?:may|might)\b`, `one day`, `w ostatecznosci`, `gdyby(?:m|smy)`, `(?:byc )?moze (?:sie|kiedys)`, `(?:picture|photo|article|magazine) `,
)

// speaks says whether a sentence speaks of the rule's wish.
func (r rule) speaks(s string) bool {
	switch {
	case r.but != nil && r.but.MatchString(s):
		return false
	case r.says != nil && r.says.MatchString(s) && !elsewhere.MatchString(s):
		return true
	case r.asks == nil:
		return false
	}
	for _, part := range turn.Split(s, -1) {
		if aside.MatchString(part) {
			continue
		}
		for _, at := range r.asks.FindAllStringIndex(part, -1) {
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

// turn is where a sentence goes on from what was to what is wanted.
var turn = regexp.MustCompile(`,? (?:but|so|now|however|ale|wiec|teraz|jednak) `)

// elsewhere are sentences about another firm.
var elsewhere = words(`(?:old|previous|other|former) (?:provider|firm|company|supplier)`, `(?:poprzedni|inn)\w+ (?:dostawc|firm|operator)`)
