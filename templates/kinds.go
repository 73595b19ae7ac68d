package templates

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"ask4.com/skarga/complaint"
)

// Kind is one kind of message: a row of the table below.
type Kind struct {
	Name    string   // of its files en/NAME.txt and pl/NAME.txt, and of deliveries
	Purpose string   // what it is for, in a few words
	Rule    string   // what it carries out, e.g. "policy P12"
	ToStaff bool     // read by staff; customers read all others
	Alone   bool     // keeps its own subject and begins a thread of its own
	Says    []Phrase // what its text must say in words, beside its fields
	Fields  []Field  // what its templates may name

	sample Data // complete
}

// Phrase is a word or two that a text must hold, for a reason.
type Phrase struct {
	English, Polish string // lower case; Polish without its ending
	Need            string // e.g. "policy P11"
}

// The phrases that no field can hold.
var (
	notByPhone = Phrase{"by phone", "telefon", "P11"}
	free       = Phrase{"free of charge", "bezpłatn", "DOMAIN, Bodies"}
	appeal     = Phrase{"appeal", "odwoła", "P15"}
	inWriting  = Phrase{"reply", "odpowied", "P15"}
)

// table lists the kinds in the order of a complaint's life.
var table = []Kind{
	{sample: sampleAcknowledgement, Rule: "P12", Purpose: "first reply", Says: []Phrase{notByPhone, inWriting}},
	{sample: sampleTooLarge, Rule: "P12", Purpose: "asks for a message over the limit to be sent another way"},
	{sample: sampleUpdate, Rule: "P13", Purpose: "how far the investigation is"},
	{sample: sampleRequestInformation, Rule: "P9", Purpose: "asks the customer for what is missing"},
	{sample: sampleExtension, Rule: "P13, P14", Purpose: "a new date, and why"},
	{sample: sampleFormalResponse, Rule: "P14", Purpose: "the full answer", Says: []Phrase{free, appeal, inWriting}},
	{sample: sampleEscalationReceived, Rule: "P15", Purpose: "confirms that somebody else looks at it again"},
	{sample: sampleReviewDecision, Rule: "P15", Purpose: "the answer to an escalation or appeal", Says: []Phrase{free}},
	{sample: sampleDeadlockLetter, Rule: "P16", Purpose: "we cannot agree: the customer may go to the ombudsman", Alone: true, Says: []Phrase{free}},
	{sample: sampleSixWeekLetter, Rule: "P16", Purpose: "still open: the customer may go to the ombudsman", Alone: true, Says: []Phrase{free}},
	{sample: sampleOmbudsmanDecisionCarriedOut, Rule: "P16", Purpose: "we did what the ombudsman decided"},
	{sample: sampleClosure, Rule: "P15", Purpose: "the complaint is closed", Says: []Phrase{free, inWriting}},
	{sample: sampleStatusLink, Rule: "P15", Purpose: "a one-time link to the page of the complaint", Alone: true},
	{sample: sampleSurvey, Rule: "P7", Purpose: "asks how satisfied a person is", Alone: true},
	{sample: sampleConductWarning, Rule: "P6", Purpose: "asks a customer to keep to civil words"},
	{sample: samplePhoneRefusal, Rule: "P11", Purpose: "complaints are not taken by phone", Alone: true, Says: []Phrase{notByPhone}},
	{sample: sampleNotAComplaint, Rule: "P3, P5", Purpose: "not a complaint for us, and who can help"},
	{sample: sampleDutyAlert, Rule: "P12", Purpose: "an item waits for a person", ToStaff: true, Alone: true},
	{sample: sampleDataProtectionAlert, Rule: "P8", Purpose: "a complaint that no manager may see", ToStaff: true, Alone: true},
	{sample: samplePostWarning, Rule: "P12", Purpose: "letters fall due in a weekend or a holiday", ToStaff: true, Alone: true},
	{sample: sampleReminder, Rule: "P1", Purpose: "a promise is soon due or was missed", ToStaff: true, Alone: true},
	{sample: sampleDigest, Rule: "P1", Purpose: "the one mail of the morning", ToStaff: true, Alone: true},
}

// kinds is the table with what follows from the types.
var kinds = sync.OnceValue(func() []Kind {
	out := make([]Kind, len(table))
	for i, k := range table {
		t := reflect.TypeOf(k.sample).Elem()
		k.Name, k.Fields = snake(t.Name()), fieldsOf(t)
		out[i] = k
	}
	return out
})

// Kinds lists the kinds of message, in the order in which they are shown.
func Kinds() []Kind { return append([]Kind(nil), kinds()...) }

// Names lists the kinds by name.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.Name)
	}
	return names
}

// Find gives the kind of a name; an unknown name is an error that proposes the
// nearest one.
func Find(name string) (Kind, error) {
	for _, k := range kinds() {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fmt.Errorf("templates: no template %q%s; there are %s", name, perhaps(name, Names()), strings.Join(Names(), ", "))
}

// KindOf gives the kind of a message.
func KindOf(d Data) Kind {
	for _, k := range kinds() {
		if reflect.TypeOf(k.sample) == reflect.TypeOf(d) {
			return k
		}
	}
	panic(fmt.Sprintf("templates: %T is not in the table of kinds", d)) // a test walks the table
}

// New gives an empty message of the kind, to be filled.
func (k Kind) New() Data {
	return reflect.New(reflect.TypeOf(k.sample).Elem()).Interface().(Data)
}

// Samples gives messages of the kind as Load tries them, tests read them and
// previews show them. The first is complete; the next has only what must be said;
// then there is one for each choice and each "none".
func (k Kind) Samples() []Data {
	out := []Data{copyOf(k.sample), minimal(k.sample)}
	for _, f := range k.Fields {
		variant := copyOf(k.sample)
		v := reflect.ValueOf(variant).Elem().FieldByIndex(f.index)
		if f.None {
			v.Set(reflect.ValueOf(Nothing()))
			out = append(out, variant)
		}
		if f.kind == reflect.Bool {
			v.SetBool(!v.Bool())
			out = append(out, variant)
		}
		for _, c := range f.Choices {
			variant := copyOf(k.sample)
			reflect.ValueOf(variant).Elem().FieldByIndex(f.index).SetString(c)
			out = append(out, variant)
		}
	}
	return out
}

// Must lists what a message of the kind must say, field by field and phrase by
// phrase, with the source of each duty.
func (k Kind) Must(lang complaint.Language) []string {
	var out []string
	for _, f := range k.Fields {
		if f.Need != "" {
			out = append(out, f.Help+" ("+f.Need+")")
		}
	}
	for _, p := range k.Says {
		out = append(out, "“"+p.in(lang)+"” ("+p.Need+")")
	}
	return out
}

func (p Phrase) in(lang complaint.Language) string {
	if lang == complaint.Polish {
		return p.Polish
	}
	return p.English
}

// snake writes a Go name as a key: NextUpdateBy as next_update_by, LimitMB as
// limit_mb.
func snake(name string) string {
	var b strings.Builder
	r := []rune(name)
	for i, c := range r {
		if i > 0 && unicode.IsUpper(c) && (unicode.IsLower(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
