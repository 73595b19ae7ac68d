// Package language tells English from Polish, the two languages that customers are
// answered in (P17). Another language, or doubt, is Both: the customer then gets
// English and Polish.
package language

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"github.com/abadojack/whatlanggo"
)

// maxText is how many bytes are looked at: more would not change the answer.
const maxText = 4 << 10

// Detect gives the language of a text, or Both when it is another one, mixed, or
// too short to tell.
//
// The words that every sentence needs decide: they tell English and Polish from
// each other and from their neighbours. Where there are few of them in a longer
// text, the statistical detector, which knows only these two, is asked.
func Detect(text string) complaint.Language {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	var n, en, pl, other, foreign int
	for w := range words(text) {
		if len(w) > 40 || w == "" {
			continue
		}
		n++
		written := w
		w = strings.ToLower(w)
		switch of, known := common[w]; {
		case of == complaint.English:
			en++
		case of == complaint.Polish:
			pl++
		case known:
			other++
		case isASCII(w):
		case strings.ContainsAny(w, "äöüßñçèàùâêîôûășțřěščžėįųūůõåæøэыъїє"): // before Polish: Lithuanian has ą and ę too
			other++
		case strings.ContainsAny(w, "ąęłśżźćń"):
			if n == 1 || !title(written) { // Łódź stands in English letters too
				pl++
			}
		case strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }):
			foreign++
		}
	}
	switch {
	case n == 0 || foreign*3 > n || other > en+pl:
		return complaint.Both
	case en > 0 && pl > 0 && 3*min(en, pl) >= max(en, pl):
		return complaint.Both // mixed
	case en > pl && en*12 >= n && en > 2*other:
		return complaint.English
	case pl > en && pl*12 >= n && pl > 2*other:
		return complaint.Polish
	}
	if n >= 8 && other == 0 {
		return detected(text, en, pl)
	}
	return complaint.Both
}

// words gives the words of a text, without apostrophes at their ends; some are empty.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); {
			start := i
			for i < len(text) {
				r, n := rune(text[i]), 1
				if r >= utf8.RuneSelf {
					r, n = utf8.DecodeRuneInString(text[i:])
				}
				if betweenWords(r) {
					break
				}
				i += n
			}
			w := text[start:i]
			if w != "" && !(isLetter(w[0]) && isLetter(w[len(w)-1])) {
				w = strings.Trim(w, "'’")
			}
			if i > start && !yield(w) {
				return
			}
			if i < len(text) {
				_, n := utf8.DecodeRuneInString(text[i:])
				i += n
			}
		}
	}
}

// isLetter says whether a byte is an ASCII letter.
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// betweenWords says whether a sign stands in no word.
func betweenWords(r rune) bool {
	if r < utf8.RuneSelf {
		return !isLetter(byte(r)) && r != '\''
	}
	return !unicode.IsLetter(r) && r != '’'
}

// detected asks the detector; some of the language's own words must be there.
func detected(text string, en, pl int) complaint.Language {
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: map[whatlanggo.Lang]bool{whatlanggo.Eng: true, whatlanggo.Pol: true}})
	switch {
	case info.IsReliable() && info.Lang == whatlanggo.Pol && pl > en:
		return complaint.Polish
	case info.IsReliable() && info.Lang == whatlanggo.Eng && en > pl:
		return complaint.English
	}
	return complaint.Both
}

// title says whether a word has a capital and then small letters.
func title(w string) bool {
	first, n := utf8.DecodeRuneInString(w)
	second, _ := utf8.DecodeRuneInString(w[n:])
	return unicode.IsUpper(first) && unicode.IsLower(second)
}

func isASCII(w string) bool {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// common tells whose word a common word is; Both stands for another language.
var common = func() map[string]complaint.Language {
	m := map[string]complaint.Language{}
	for _, of := range []struct {
		language complaint.Language
		list     string
	}{{complaint.Both, others}, {complaint.Polish, polish}, {complaint.English, english}} {
		for w := range strings.FieldsSeq(of.list) {
			m[w] = of.language
		}
	}
	return m
}()

// The common words, and those of complaints. Words that two of the languages share
// ("to", "do", "on", "a", "i" …) stand with none.
const (
	english = `the and of is are was were be been have has had not this that these those with from for you your my me we our it its
		they them their there what when where which who why how can could would should will please thank thanks hello hi dear regards sincerely
		complaint complain internet's broken slow working doesn't don't didn't isn't can't haven't i'm i've i'd about after before again still
		because but or if so no yes been being any some every very more most only just than then now nobody nothing never
		by at as am an all get got call called paid pay need want month months week weeks day days room bill charged refund help
		since dead down up out off into over monday tuesday wednesday thursday friday saturday sunday yesterday today line connection`
	polish = `nie się sie jest są sa był byl była byla było bylo jestem mam mamy macie ma od dla przez przy bez że ze już juz tak
		proszę prosze dzień dzien dobry dziękuję dziekuje witam pozdrawiam szanowni państwo panstwo państwa panstwa pan pani panie
		reklamacja reklamację reklamacje skarga skargę skarge działa dziala łącze lacze internetu awaria pokoju pokój pokoj rachunek opłata oplata zwrot
		który ktory która ktora które ktore kiedy gdzie jak dlaczego ponieważ poniewaz ale oraz albo lub czy jeszcze teraz nikt nic nigdy
		mnie moje mój moj moja mojego nam nasz wasz jego jej ich tego tej tym tych ten ta te po za nad pod więc wiec bardzo tylko także takze
		kontakt sprawie sprawa sprawę sprawe faktury faktura fakturę wczoraj dzisiaj dziś dzis jutro tydzień tygodnia miesiąc miesiąca godzin umowa umowy chcę chce
		co brak pilne mieszkaniu pomoc moge mogę wieczór wieczor rano zł zl`
	others = `der das und ist ich nicht ein eine mit für auf wir sie haben habe bitte guten tag sehr geehrte dass wird auch noch aber
		le les des est une je nous vous pas pour dans avec bonjour merci mon mes être très depuis que qui ne sur
		el los las una por para hola gracias mi muy pero como está estoy buenos días tengo desde y
		il gli che di per sono non buongiorno grazie mio della nel ho questo più
		os uma não com obrigado bom dia meu minha você
		bună ziua sunt din pentru nu het een van niet met voor dat zijn goedemorgen dank wij heb
		radi molim hvala imam nemam nije zašto što kako
		jest'em není jsem dobrý den prosím děkuji který ve jsou nefunguje
		och att det som inte jag hej tack og ikke jeg takk`
)
