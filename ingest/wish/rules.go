package wish

import (
	"regexp"
	"strings"
	"sync"

	"ask4.com/skarga/complaint"
)

// rule says which words speak of a wish. Patterns are matched against one sentence,
// in lower case and without accents, as many people write Polish.
type rule struct {
	wish complaint.Wish
	asks *regexp.Regexp // names what is asked for: counts unless denied or told of (denied, aside)
	says *regexp.Regexp // says it in any sentence
	but  *regexp.Regexp // words that say something else; nil for none, as with the others
}

// Parts of patterns. A few words may stand between two of them.
const (
	few      = `(?:,? [^\s,]+){0,4},? `
	neg      = `(?:is|are|was|were|has|have|had|does|did|do|wo|ca|could|would|should)n'?t`
	no       = `(?:not|never|no|hardly|nowhere near|far from|less than|cannot)`
	decision = `(?:decision|outcome|finding|conclusion|response|answer|reply|verdict|explanation|reason|ruling|assessment|offer|result)`
	matter   = `(?:it|this|that|matter|things|case|complaint|claim|` + decision + `)s?`
	senior   = `(?:manag\w+|manger|supervisor|director|superior|boss|team leader|head of\b|ceo\b)`
	fault    = `(?:broken|down|slow|off|out|dead|gone|dropping|drops|dropped|died|dies|crash\w+|failing|fails|failed|cutting out|disconnect\w*|not working|offline)`
	tried    = `(?:address|answer|read|listen|under(?:stand|stood)|repl(?:y|ied)|respond|explain|solve|resolve|fix|help|call|turn(?:ed)? up|show(?:ed)? up|come|came|arrive|deal|look|visit|contact|done?|happen|consider|mention|refund|apologi|kept|keep|bother|tak|work)`
	sprawa   = `(?:sprawe|sprawy|sprawa|skarge|skargi|skarga|decyzj\w+|odpowiedz\w*|rozstrzygniec\w+|stanowisk\w+|reklamacj\w+)`
	ours     = `(?:decision|outcome|finding|conclusion|response|answer|reply|explanation|offer|apology|investigation|handling|service|staff|complaint|case|compensation|refund|report)s?`
	bad      = `(?:not|never|no\b|` + neg + `|miss(?:es|ed)?\b|wrong|poor|weak|bad\b|laughable|vague|late\b|incomplete|inaccurate|careless|lacking|lacks|ignor\w+|overlook\w*|untrue|false|incorrect|sloppy|superficial|patronising|rude)`
	nasze    = `(?:decyzj|odpowiedz|skarg|reklamacj|propozycj|ofert|wyjasnieni|uzasadnieni|ustaleni|sledztw|postepowani|rekompensat|zwrot|obslug|przeprosin|stanowisk)\w*`
	zle      = `(?:nie\b|nie(?:dokladn|pelna|pelne|jasn|rzetel|trafn|prawd|uprzejm|kompetent)\w*|zalosn|slab\w+|bledn|zl[aey]\b|powierzchown|krzywdz|kiepsk|spoznion|klamliw|ogolnikow|wymijaj)`
	badac    = `(?:rozpatrz|rozpatrywa|rozpozna|zbada|bada|sprawdz|przeanaliz|analiz|rozwaz|przyjrz|przejrz|zweryfik|zaj|wyjasni)\w*`
	verdict  = `(?:decision|outcome|finding|conclusion|response|answer|reply|verdict|ruling|assessment)`
	sum      = `(?:amount|figure|sum|calculation|compensation|refund)`
	again    = `(?:review|look|check|investigat|examin|chang|revers|overturn)\w*  again`
	refusing = `(?:not|never|cannot|refuse to|` + neg + `) (?:\w+ )?`
	told     = `(?:said|told|let|gave|rang|came|was|is away|zadzwonil|podal|powiedzial|mowil|dal|byl|jest na)\w*\b`
	odnowa   = `(?:ponownie|jeszcze raz|od nowa|na nowo|raz jeszcze)`
	wola     = `(?:prosze|prosic|chce|chcial\w+|zadam|niech|zeby|aby|domagam|dajcie|poprosze)`
	oddac    = `(?:odwoluj\w+|wycofa[cm]|wycofuj\w+|cofam|cofnac|cofa|anulowac|anuluj\w*|zamknac|zamknijcie|umorzyc|zapomniec|zapomnijcie|rezygnuj\w+|zrezygnowac|zakonczyc|usunac|odstepuj\w+)`
	skarga   = `(?:skarg|skardz|reklamacj|zgloszen|spraw|wnios)\w*`
	znowu    = `(?:znowu|znow|ponownie|kolejny raz|po raz kolejny|nadal|wciaz|dalej|ciagle|caly czas|bez przerwy)`
)

// words compiles patterns that begin at the start of a word; a space in one of them is
// any few words where it is doubled.
func words(patterns ...string) *regexp.Regexp {
	for i, p := range patterns {
		patterns[i] = strings.ReplaceAll(p, "  ", few)
	}
	return regexp.MustCompile(`(?:\b|^)(?:` + strings.Join(patterns, `|`) + `)`)
}

// rules stand in the order of strength: of several wishes in one message the first
// counts. They are compiled when the first reply is read: most commands read none.
var rules = sync.OnceValue(func() []rule {
	return []rule{
		{complaint.WishOmbudsman, words(
			`omb(?:uds|\w{0,4}m[ae]n)`, `rzeczni[kc]\w*`, `os:c\b`, `adr\b`, `ofcom\w*`, `(?:regulator|adjudicator)\b`,
			`dispute resolution`, `deadlock`, `pozasadow`, `mediacj`, `arbitra[zj]`, `pism\w* o impasie`,
			`(?:body|office|organisation|institution|someone)  (?:settle|decide|resolve)s?\b`, `instytucj\w*  (?:rozstrzyg|rozpatr|sporn|spor)`,
			`(?:independent|impartial|neutral) (?:\w+ )?(?:review|body|party|person|scheme|adjudicat|investigat)`, `(?:niezalezn|bezstronn)\w+ (?:instytucj|organ|podmiot|osob|ocen|kontrol)`,
			`(?:someone|somebody|anyone|anybody) (?:\w+ ){0,2}(?:independent|impartial|neutral)\b`, `(?:ktos|kogos|kims|komus) (?:\w+ )?(?:niezalezn|bezstronn)`,
		), nil, nil},
		{complaint.WishAppeal, words(
			`(?:an|my|to|will|formally|hereby|i|the|we) app?eal\b`, `app?eal (?:against|the|this|your|it)`, `appealing\b`, `re-?(?:consider|open|examine|assess|investigat|think|visit)`, `think again`,
			`(?:review|contest|challenge|dispute|disputing|overturn|change|revise|reverse|question|withdraw)(?: \w+){0,2} (?:`+decision+`|investigation|`+sum+`)`, `(?:contest|challenge|dispute|overturn)(?: \w+){0,2} (?:what|it|this|that)\b`,
			`(?:want|like|need|ask|please|have)  `+again+`\b`, `(?:review|look (?:at|into|over)|check|investigate|examine)  (?:again|once more|afresh|a second time|one more time)\b`,
			`(?:want|like|need) (?:it|this|that|your \w+|the \w+) (?:changed|reversed|reviewed|overturned|corrected)`, `(?:second|another|fresh|further|new) (?:opinion|look|review|investigation|decision)\b`,
			`review of (?:this|your|the|it|my (?:complaint|case|claim))\b`,
			`odwol(?:anie|ania|aniu|aniem|uje|ac|ujemy|uj|am|ujac)`, `zazaleni`, `zaskarz`, `ponown\w+ (?:ocen|`+badac+`)`, badac+`  `+odnowa, odnowa+`  `+badac, `(?:weryfikacj|rewizj|kontrol)\w+  `+sprawa,
			`zmian\w+(?: \w+){0,2} decyzji`, `zmieni\w+(?: \w+){0,2} decyzj`, `wznowi`, `uchyl(?:eni|ic|cie)`,
		), words(
			`disagree`, `object(?:ion)? to`, `(?:you are|you're|are you|they are) (?:\w+ )?(?:wrong|mistaken)`, `(?:not|don't|dont|cannot|can't|never) (?:\w+ )?agree\b`, `not in agreement`, decision+`  (?:wrong|incorrect|mistaken|flawed|unjust|reviewed|changed|overturned|checked|reversed|corrected)\b`,
			refusing+`accept(?:ing)?(?: \w+){0,2} `+verdict, `(?:surely|not|never|`+neg+`)(?: \w+){0,4} (?:final|last) (?:word|`+verdict+`|position)`, `nie(?: \w+){0,4} (?:ostateczn|ostatni)\w+ (?:slow|decyzj|odpowiedz|stanowisk)`,
			`nie (?:zgadza(?:m|my)|zgodz\w+|godz\w+) sie`, `nie (?:mog\w+|moge|mozemy|potrafi\w*)(?: \w+){0,3} (?:zgodzic|zaakceptowac)`, `nie (?:akceptuj|przyjmuj|uznaj|zaakceptuj)\w+(?: \w+){0,2} (?:decyzj|rozstrzygni|ustale|wniosk|odpowiedz|stanowisk)`, `nie podziela`, `kwestionuj`, `zakwestion`, `nie ma(?:ja|cie)?(?: \w+)? racji`, `podwaza`, `sprzeciw`,
			sprawa+`  (?:bledn|niesluszn|nieslusz|krzywdzac)`,
		), words(`appeal to you`, `no objections?\b`, `(?:i will|i'll|i shall|i have|i can|we will|we'll) (?:look|check|read|review)`, `sprawdz(?:e|il[ea]m)\b`, `odwol\w+(?: \w+){0,2} (?:wizyt|spotkani|termin|technik|skarg|reklamacj)`, `(?:not|don't|dont|nothing to) disagree`, `(?:agre\w+ with everything)`,
			`(?:spelling|surname|pisowni|nazwisk|photo|picture|zdjeci|pdf|mailbox|inbox)`)},
		{complaint.WishEscalate, words(
			`escalat`, `eskal`, `(?:speak|talk|complain|write|pass|put|forward|refer|hand|take|taken|get|go|see|contact|want|wanna|need|involve|hear|word with|ask for|asking for|demand)  `+senior, `(?:have|could|can|should|must) (?:a|an|your|some|one of your) (?:\w+ )?`+senior, senior+` (?:\w+ )?(?:should|must|to|needs|please|call me|contact)\b`,
			`(?:your|ur|who is the|who's the) (?:line )?`+senior, `(?:someone|some1|somebody|anyone|anybody|person|colleague) (?:more |in a )?(?:senior|higher|in charge|above|with authority)`, `senior (?:manage|member|colleague|person|staff)`, `higher (?:level|up|authority)`, `(?:go|goes|move|pass|taken?)(?: \w+){0,2} higher`,
			`(?:look|review|deal|handle|handled|check|decide|decided|investigat|assess|judge|treat|take)\w*  (?:someone|somebody|anyone|anybody|person|people) else`, `(?:someone|somebody|another person|a different person|other people)(?: else)? (?:\w+ )?(?:look|review|deal|handle|check|decide|investigat|assess|take)`, `else to (?:look|review|deal|handle|check|decide)`,
			`(?:take|taking|push|pushing|move|moving|go|going|carry|carrying) `+matter+` (?:any )?(?:further|higher|up\b)`, `(?:next|higher|second|final) (?:stage|level|tier)`, `up a level`, `(?:move|moved|pass|passed|take|taken|push|pushed|send|sent) (?:\w+ ){0,3}up to\b`, `(?:someone|somebody|anyone|anybody|who)(?: \w+){0,3} (?:overrule|override)`, `nikt wyzej`, `(?:not|wasn't|was not|never|no one)  (?:involved|worked on|dealt with)`, `(?:nie (?:bral|byl|zajmowal|pracowal)\w*)  (?:udzial|zaangazowan|sprawa|nad nia)`, `whoever  in charge`, `more (?:experience|experienced|competent|qualified)\b`,
			`complain\w*  (?:about|to whom)  (?:response|answer|reply|handl|treated|dealt)`, `(?:who|where|how) (?:do|can|should|could) (?:i|we) complain`,
			`(?:(?:to|in|small claims|county) court|legal (?:action|advice|steps|proceedings)|sue you|trading standards|citizens advice)\b`,
			`(?:przelozon|kierowni(?:k|cz|ct)|men[ea]d[zż]er)`, wola+`  (?:dyrektor|szef|manager|boss)`, `(?:two[ij]|wasz|panstwa|pana|pani)\w* (?:dyrektor|szef|manager|boss)`, `(?:do|z|ze) (?:panstwa |waszego |waszym )?(?:dyrektor|szef|manager)`,
			`(?:ktos|kogos|kims|komus|osob\w+),? (?:inn\w+|wyzej|wyzsz\w+|wazniejsz\w+|z kierownictwa|decyzyjn\w+|przelozon\w+|(?:kto|ktora|ktory) (?:\w+ )?(?:decyd|rzadz|odpowiad|uprawni|moze))`, `inn\w+ (?:osob|pracownik|konsultant)`, `wyzsz\w+ (?:instancj|szczeb|rang)`, `(?:bardziej doswiadczon|bardziej kompetentn|kompetentn|decyzyjn|osob\w+ odpowiedzialn)`,
			`is[cz] z tym`, `(?:przekaz|skierow|zglosz|zglos|pojd|pojsc|id[ez])\w*  (?:wyzej|dalej)\b`, `dalsz(?:e|ych) krok`, `nadac(?: \w+){0,3} dalszy bieg`, `skarg\w+ na (?:sposob|panstwa|wasz|odpowiedz|obsluge)`,
			`(?:see|seeing|go|going|contact\w*|instruct\w*|hear\w*|consult\w*|pass\w*|hand\w*)  (?:solicitor|lawyer)`, `(?:do|przed) sad(?:u|em)\b`, `sadow`, `(?:id[ez]|pojd|skieruj|przekaz|zwroc|kontakt|skontakt|zglosz|odezwie)\w*  (?:prawnik|adwokat)`, `pozew`, `pozwe\b`,
		), nil, words(senior+` (?:just |already |also |kindly )?(?:has|had|was)\b`, `(?:kierowni(?:k|czka)|przelozon[ya]|men[ea]d[zż]er(?:ka)?|dyrektor(?:ka)?) (?:\w+ )?\w+(?:[aeiy]l|[aeiy]la|[aei]li|[aeiy]ly)\b`, senior+` of (?:the|our|my) (?:building|house|hall|shop|site)`, `(?:kierowni\w+|administrator\w*) (?:budynku|domu|akademika|osiedla|recepcji|portierni)`, senior+`(?: \w+){0,3} `+told, `(?:przelozon|kierowni)\w*(?: \w+){0,3} `+told)},
		{complaint.WishWithdraw, words(
			`(?:withdraw|withdrawing|drop|dropping|cancel|cancelling|retract|retracting|take back|scrap|ignore|disregard|discontinue|forget|close|end) (?:about )?(?:my|the|this|our|that) (?:complaint|case|claim|matter)`, `(?:drop|close) (?:it|this|that)\b`, `take back what i`, `close (?:my|the|this|our) ticket`,
			`complaint (?:\w+ ){0,3}(?:withdrawn|dropped|cancelled|closed|void)`, `no longer (?:\w+ ){0,4}(?:complain|pursu|proceed|continu|ahead)`,
			oddac+`(?: \w+){0,3} `+skarga, `(?:prosze|mozna|mozecie|moga panstwo)(?: \w+){0,2} zamkn\w+`, skarga+`(?: \w+){0,3} (?:nieaktualn|niebyl|bezprzedmiot|niewazn|wycofan)`,
		), words(
			`no (?:need|reason) (?:for (?:you|anyone) )?to (?:carry on|continue|proceed|investigat|look into)`, `(?:not|don't|dont)(?: \w+){0,2} (?:take|pursue|continue|proceed|carry on)(?: \w+){0,3} (?:further|any ?more|any longer)`,
			`(?:not|don't|dont)(?: \w+)? bother (?:any|looking|investigating|coming|to (?:look|come)|with (?:it|this))`, `nie (?:zajmowac|zajmujcie|klopotac|klopoczcie)`, `nie (?:brac|bierzcie|brali|biora)(?: \w+){0,3} pod uwage`, `nie (?:rozpatrywac|rozpatrujcie|procedowac|badac|kontynuowac|prowadzic)\b`, `nie (?:bede|bedziemy|chce|chcemy|zamierzam)(?: \w+){0,3} (?:ciagnac|kontynuowac|dochodzic|prowadzic)`,
		), words(`before you (?:withdraw|drop|close|cancel)`)},
		{complaint.WishDissatisfied, nil, words(
			no+`(?: \w+){0,3} (?:satisf|happy|pleased|acceptable|good enough|enough|resolved|solved|fixed|content|impressed|convinced|helpful|fair\b|working|better|improv|let it rest|leave it|let this)`, neg+`(?: \w+){0,3} (?:satisf|happy|pleased|acceptable|good|enough|resolved|solved|fixed|content|impressed|convinced|helpful|fair\b|working|better|improv)`,
			`is that (?:it|all)$`, `(?:did|has|have|does) (?:anyone|anybody|someone|somebody|you)(?: \w+){0,2} (?:read|looked?|listen|check|care|understand)`, `cop(?:y|ied)[ -]?(?:(?:and|&|n)[ -]?)?past`, `(?:template|canned|boilerplate|generic|stock) (?:\w+ )?(?:answer|reply|response|letter|email|text)`,
			`so (?:you're|you are|basically|according|apparently)\b`, `(?:supposed|meant|due) to\b.{0,80}\bstill\b`, `pa(?:y|ys|id|ying) for (?:something|nothing|(?:a )?(?:service|internet))(?: [\w']+){0,4} (?:not|never|no\b|cannot|`+neg+`)`,
			`czy (?:ktos|ktokolwiek|panstwo|pan|pani|wy)(?: \w+){0,2} (?:czyta|przeczyta|slucha|wyslucha|patrzy)`, `(?:z szablonu|szablonow|wklejon|przeklejon|skopiowan)`, `czyli (?:\w+ )?(?:wedlug|zdaniem) (?:was|panstwa|pana|pani)`, `(?:za)?plac\w+(?: \w+){0,2} za (?:cos|uslug\w+|internet|nic)\b(?:,? [^\s,]+){0,3} nie`, `no further forward`, `shambles`, `farce`, `(?:ile|jak dlugo)(?: \w+)? mam czekac`, `nie na temat`, `(?:weeks?|months?|days) (?:of )?wait\w* for`, `(?:tygodni|miesi\w+|dni)\w* czeka`, `mija sie z`, `unsatisf`, `unhappy`, `unaccept`, `unresolved`, `unanswered`, `unfair`, `unprofessional`, `condescend`, `dismissive`, `arrogan`, `(?:mam|mamy) placic za`, `unhelpful`, `dissatisf`, `disappoint`, `ridicul`, `a joke`, `disgrac`, `appalling`, `insult`, `fed up`, `sick of`, `tired of`, `waste of`, `useless`, `pointless`, `rubbish`, `nonsense`, `outrag`, `fuming`, `cheated`, `(?:don't|dont|do not) (?:think|believe|feel|seem)`, `(?:like|as|same as) before\b`, `properly`, `not (?:a )?serious`, `going away`, `slap in`, `seriously`, `as (?:bad|slow|poor)`, `(?:nobody|no one|noone|none of us)(?: \w+){0,4} (?:has|have|had|can|could|gets?|got|seems|cares)\b`, `(?:nobody|no one) is (?:going to|help|do|look|tak|answer|listen|interest|repl|respond|work|fix|com)`, `none of (?:my|the|them|it|this)`, `copied and pasted`, `(?:`+neg+`|not) (?:\w+ )?(?:pay|make up|cover|compensate)`, `furious`, `angry`, `annoy`, `frustrat`, `shock`, `disgust`, `pathetic`, `shame`, `terrible`, `awful`, `horrible`, `inadequate`, `insufficient`, `upset`, `let down`, `expected (?:better|more)`, `deserve`, `had enough`, `worse`, `brush\w* (?:me )?off`, `fobb`, `ignor(?:ed|ing)`, `excuses`,
			`still (?:no\b|not\b|nothing|`+neg+`|`+fault+`|waiting|have no|does not|do not|cannot|the same|without|wrong|happen|missing|owe|charg|get|got|having)`, fault+` (?:\w+ )?again`, `again `+fault, `(?:problem|issue|fault|trouble|error|noise|internet|wifi|wi-fi|connection|line)s?  (?:back\b|again|persist|continu|remain|return|reappear|keeps)`, `keeps (?:\w+ing|going)`,
			`nothing (?:\w+ ){0,3}(?:changed|happened|done|improved|better|fixed|resolved)`, `no (?:better|improvement|change|difference|progress|answer|reply|solution|explanation)\b`, `too (?:little|low|late|slow|long|small)\b`, `nobody (?:has |ever )?(?:call|came|come|answer|repl|help|turn|show|contact|explain|listen)`, `no one (?:has |ever )?(?:call|came|come|answer|repl|help|turn|show|contact|explain|listen)`,
			`(?:you|they|he|she|it|this|that|which|engineer|technician|`+decision+`|staff|team)(?: \w+){0,2} (?:not|never|`+neg+`|fails? to|failed to)(?: \w+){0,3} `+tried, `(?:never|not once) (?:call|repl|answer|came|come|turn|show|arriv|explain)`,
			`(?:reject|refuse|refusing|(?:not|never|cannot|`+neg+`)(?: \w+){0,3} accept)`, `not (?:a|an) (?:\w+ )?(?:answer|explanation|solution)`, `(?:want|demand|expect|need|owe\w*)(?: \w+){0,2} (?:more|higher|full|proper|bigger|better|real)(?: \w+){0,2} (?:compensation|refund|money|offer|amount|answer|explanation|apology|than)`, `sorry,? but no\b`, `(?:your|the|this|that|my|our) (?:\w+ ){0,2}`+ours+`  `+bad, bad+`  (?:your|my|our) (?:\w+ )?`+ours, `(?:what a|such a) `+bad, `(?:promis|assur|guarantee|agreed|you said|you told|was told|were told|supposed to)\w*\b.{0,60} (?:not|never|nothing|nobody|`+neg+`)`, `(?:i|we|am|are|i'm) still (?:want|need|demand|expect|wait)`, `(?:want|give|get|demand) (?:\w+ )?(?:my|our) money`, `(?:won't|wont|will not|not going to|cannot|can't) (?:let|leave|drop|accept|stand|tolerate|put up)`, `(?:lie[sd]?|lying|cheat|scam|conned|misled|misleading|excuse)\b`,
			`nie (?:jest\w*|czuj\w+)(?: \w+){0,3} (?:zadowol|usatysfakcjon|przekonan|w porzadku|fair)`, `niezadowol`, `nie ?(?:\w+ ){0,2}(?:satysfakcjonuj|zadowala|przekonuj|przekonal|wystarcz|urzadza)`, `nieusatysfakcjon`, znowu+`(?: \w+){0,3} (?:nie\b|brak|bez|czekam|to samo|mam|jest|awari|przerw|wolno|wolny|zrywa|problem|zle)`,
			`nie (?:\w+ )?(?:akceptuj|przyjmuj|przyjmie|zaakceptuj|rozwiaz|rozwiazuj|pomog|pomag|odpowied|wyjasni|dziala|dotarl|przyszed|przyszl|przyjech|zadzwoni|napraw|odpisal|zrobi|uwzgledni|przeczyta|zrozumi|dotrzym|zwroci|dostal)`, `nie do (?:przyjecia|zaakceptowania|pomyslenia)`, `nie dam sie`, `niedopuszczaln`, `nieakceptowaln`, `niesprawiedliw`, `nieuczciw`, `niepowazn`, `niewystarcz`, `rozczarow`, `zawiod`, `zawied`, `oburz`, `niepociesz`, `(?:jak|co) (?:przedtem|wczesniej|poprzednio)`, `dojsc do porozumieni`, `policz(?:ek|kiem)`, `nie tak `, `nie wynagradza`, `wyzsz\w+ (?:zwrot|rekompensat|odszkodowan|kwot)`, `(?:tak samo|rownie) (?:zl|wol|slab)`, `(?:znow|znowu)\b`, `zniesmacz`, `wsciek`, `zdenerwow`, `zirytow`, `skandal`, `kpin`, `zenad`, `zenuj`, `farsa`, `bzdur`, `bezczeln`, `lekcewaz`, `ignoruj`, `zbywa`, `smieszn`, `to (?:jest )?(?:jakis )?zart\b`, `wstyd`, `tragedi`, `fatal`,
			`(?:za|zbyt) (?:malo|nisk|dlugo|pozno|mal[ay])`, `nic sie nie `, `nic(?:zego)? nie (?:zrob|zmien|da|zalatw|rozwiaz|wyjasn)`, `nikt (?:\w+ ){0,3}nie (?:dzwoni|zadzwoni|odpis|odpowi|przysz|przyjech|przyjezdza|zrobi|pomog|pomag|wie\b|raczy|interes|kontakt|skontakt|wyjasni|sluch|reag|napraw|trakt)`, `w ogole nie`, `(?:problem|awaria|usterka)(?: \w+){0,3} (?:nadal|wciaz|dalej|powroc|wroc|pozost|powtarza|istniej|znow)`, `to nie (?:jest )?(?:zadn\w+ )?(?:odpowiedz|wyjasnienie|rozwiazanie)`, `mam (?:\w+ )?dosc`, `zada(?:m|my)\b`, `domaga(?:m|my) sie`, `oczekiwal\w+ (?:\w+ )?(?:wiecej|lepsz)`, `odrzuca(?:m|my)`, nasze+`(?: \w+){0,3} `+zle, zle+`(?: \w+){0,2} `+nasze, `(?:obiec|zapewni|gwarant|mowil|mieli|mial)\w*\b.{0,60} (?:nie\b|nic\b|nikt)`, `oszuka`, `oszust`, `klam`, `nie (?:rozumie\w*)(?: \w+)? (?:panstwo|problem)`, `to nie (?:jest )?to\b`, `nie (?:zostawi|odpuszcz|pozwol|daruj)`, `nie zosta\w+(?: \w+){0,3} (?:potraktowan|rozpatrzon|zalatwion|wyjasnion|rozwiazan|naprawion|zwrocon|uwzgledn)`, `(?:chce|prosze|oddajcie|zwrotu)(?: \w+){0,3} (?:swoich|moich|moje|swoje) pieni`,
		), words(`(?:not|`+neg+`) (?:\w+ )?(?:unhappy|dissatisfied|disappointed|unfair)`, `nie (?:wycof|cof|zamyka|rezygn|anulu|odwol)\w*`, `nie jestem niezadowol`, `no longer (?:unhappy|dissatisfied|disappointed)`, `(?:no|not a|isn't a|never a) problem`, `to (?:znow|znowu) ja`)},
		{complaint.WishSatisfied, words(
			`(?:all|now|everything|it is|it's|has been|been|was|got) (?:\w+ )?(?:sorted|fixed|resolved|working|solved)`, `thank(?:s| you)(?: \w+){0,3} (?:for )?(?:sorting|fixing|resolving|solving|your help|the help|help)`,
			`(?:i am|i'm|im|we are|we're)(?: \w+){0,2} (?:happy|satisfied|content|pleased) with`, `(?:i|we)(?: \w+)? accept (?:your|the|this)`, `^fixed$`, `wszystko w porzadku`, `(?:wszystko gra|smiga|hula)\b`, `(?:that|this|it) (?:solves|fixes|sorts|settles) it\b`, `works (?:a treat|fine|great|perfectly|now|well)`, `(?:matter|case|complaint) is (?:now )?(?:closed|settled|resolved)`, `(?:jest|juz) (?:ok|dobrze|super|w porzadku)\b`, `(?:temat|sprawa)(?: \w+)? zamknie`, `consider (?:this|it|the matter|my complaint|the case)(?: \w+){0,2} (?:closed|resolved|settled)`, `working (?:\w+ )?(?:now|again|fine|perfectly)`,
			`(?:juz|wszystko|internet|teraz) (?:\w+ )?dziala`, `(?:zostal\w*|jest|sprawa|problem) (?:\w+ )?(?:naprawion|rozwiazan|zalatwion|zakonczon)`, `(?:jestem|jestesmy)(?: \w+){0,2} (?:zadowol|usatysfakcjon)`, `dziek\w+(?: \w+)? za (?:\w+ )?(?:pomoc|zalatwienie|rozwiazanie|napraw|interwencj)`,
			`(?:akceptuj|przyjmuj)\w+ (?:\w+ )?(?:propozycj|przeprosin|wyjasnien|odpowiedz|decyzj)`, `uwaza(?:m|my) (?:te )?sprawe za`,
		), nil, words(`(?:poniedzialek|wtorek|sroda|czwartek|piatek|sobota|niedziela|termin|godzina|data|dzien) (?:\w+ )?jest (?:ok|dobrze)`)},
	}
})
