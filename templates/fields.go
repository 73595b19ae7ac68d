package templates

import (
	"reflect"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Field is one thing that a message may say, as its type's tags tell.
type Field struct {
	Name    string   // as templates name it: "Done", "Ombudsman.Web"
	Key     string   // as staff name it: "done"
	Type    string   // "text", "line", "date", "number", "yes or no", "list", or "one of …"
	Staff   bool     // a person writes it; Skarga fills all others
	Need    string   // the rule that makes the message say it; empty: it may be empty
	When    string   // the field that must be set for the need to hold; may be empty
	None    bool     // "none" is an answer
	Choices []string // what it may be; empty: anything
	Help    string   // what it holds

	index []int
	kind  reflect.Kind
}

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	proseType    = reflect.TypeFor[Prose]()
	zoneType     = reflect.TypeFor[*time.Location]()
)

// fieldsOf lists the fields of a message's type; those of an office stand under its
// name, those of embedded headers under their own.
func fieldsOf(t reflect.Type) []Field {
	var out []Field
	for i := range t.NumField() {
		s := t.Field(i)
		f := Field{Name: s.Name, Key: snake(s.Name), Type: typeName(s.Type), Staff: s.Tag.Get("by") == "staff",
			Need: s.Tag.Get("need"), When: s.Tag.Get("when"), None: s.Tag.Get("none") == "ok", Help: s.Tag.Get("help"),
			index: []int{i}, kind: s.Type.Kind()}
		if c, ok := reflect.Zero(s.Type).Interface().(choice); ok {
			f.Choices = c.choices()
		}
		if s.Type.Kind() != reflect.Struct || s.Type == timeType {
			out = append(out, f)
			continue
		}
		for _, inner := range fieldsOf(s.Type) {
			inner.index = append([]int{i}, inner.index...)
			if !s.Anonymous {
				inner.Name, inner.Key = s.Name+"."+inner.Name, f.Key+"."+inner.Key
				inner.Help = f.Help + ": " + inner.Help
				inner.When = f.When
				if f.Need == "" {
					inner.Need = ""
				}
			}
			out = append(out, inner)
		}
	}
	return out
}

func typeName(t reflect.Type) string {
	if c, ok := reflect.Zero(t).Interface().(choice); ok {
		return "one of " + strings.Join(c.choices(), ", ")
	}
	switch {
	case t == proseType:
		return "text"
	case t == timeType:
		return "date"
	case t == durationType:
		return "span"
	case t == zoneType:
		return "zone"
	case t.Kind() == reflect.Int:
		return "number"
	case t.Kind() == reflect.Bool:
		return "yes or no"
	case t.Kind() == reflect.Slice:
		return "list"
	}
	return "line"
}

// Lack is something that a message must say and does not.
type Lack struct {
	Field Field
	Lang  complaint.Language // the language in which it is missing; Both: in every one
}

// String names what is lacking, and by which rule of the policy it is needed.
func (l Lack) String() string {
	in := map[complaint.Language]string{complaint.English: ", in English", complaint.Polish: ", in Polish"}[l.Lang]
	help := l.Field.Help
	if len(l.Field.Choices) > 0 {
		help += ": " + strings.Join(l.Field.Choices, ", ")
	}
	if strings.HasPrefix(l.Field.Need, "P") { // a rule that customers can read
		help += "; " + l.Field.Need
	}
	return l.Field.Key + in + " (" + help + ")"
}

// LackError refuses a message that does not say what it must (DOMAIN, Texts).
type LackError struct {
	Kind  string
	Lacks []Lack
}

// Error names everything that is lacking.
func (e *LackError) Error() string {
	var words []string
	for _, l := range e.Lacks {
		words = append(words, l.String())
	}
	return "templates: " + e.Kind + " does not say all that it must; give " + strings.Join(words, ", ")
}

// Missing lists what a message must say and does not, in each language that it goes
// out in (P17). Choices that are none of the known ones count as missing.
func Missing(d Data) []Lack {
	var out []Lack
	v := reflect.ValueOf(d).Elem()
	langs := languages(d.Head().Language)
	for _, f := range KindOf(d).Fields {
		if f.Need == "" || f.When != "" && v.FieldByName(f.When).IsZero() {
			continue
		}
		field := v.FieldByIndex(f.index)
		p, isProse := field.Interface().(Prose)
		switch {
		case !isProse:
			if empty(field, f) {
				out = append(out, Lack{f, complaint.Both})
			}
		case p.None() && f.None:
		case len(p.in(complaint.English)) == 0 && len(p.in(complaint.Polish)) == 0 || p.None():
			out = append(out, Lack{f, complaint.Both})
		default:
			for _, l := range langs {
				if len(p.in(l)) == 0 {
					out = append(out, Lack{f, l})
				}
			}
		}
	}
	return out
}

// fieldValue reads a field of a message.
func fieldValue(d Data, f Field) any {
	return reflect.ValueOf(d).Elem().FieldByIndex(f.index).Interface()
}

func empty(v reflect.Value, f Field) bool {
	if f.Choices != nil {
		for _, c := range f.Choices {
			if v.String() == c {
				return false
			}
		}
		return true
	}
	if v.Kind() == reflect.String {
		return strings.TrimSpace(v.String()) == ""
	}
	return v.IsZero()
}

// languages are those that a message is written in.
func languages(l complaint.Language) []complaint.Language {
	if l == complaint.Both {
		return []complaint.Language{complaint.English, complaint.Polish}
	}
	return []complaint.Language{l}
}

// copyOf copies a message; texts and lists are shared and never changed.
func copyOf(d Data) Data {
	c := reflect.New(reflect.TypeOf(d).Elem())
	c.Elem().Set(reflect.ValueOf(d).Elem())
	return c.Interface().(Data)
}

// minimal keeps only what a message must say.
func minimal(d Data) Data {
	c := copyOf(d)
	v := reflect.ValueOf(c).Elem()
	for _, f := range KindOf(d).Fields {
		if f.Need == "" || f.When != "" {
			v.FieldByIndex(f.index).SetZero()
		}
	}
	return c
}

// localized copies a message for one language: texts in that language only, dates in
// the firm's zone, the signature and the names of bodies in the language.
func localized(d Data, lang complaint.Language) Data {
	c := copyOf(d)
	h := c.Head()
	if lang == complaint.Polish && h.ContactNamePL != "" {
		h.ContactName = h.ContactNamePL
	}
	localize(reflect.ValueOf(c).Elem(), lang, zoneOf(d))
	return c
}

// zoneOf is the zone of a message's dates.
func zoneOf(d Data) *time.Location {
	if l := d.Head().Location; l != nil {
		return l
	}
	return time.UTC
}

// in is the body with its name in a language.
func (b Body) in(lang complaint.Language) Body {
	if lang == complaint.Polish && b.NamePL != "" {
		b.Name = b.NamePL
	}
	return b
}

func localize(v reflect.Value, lang complaint.Language, zone *time.Location) {
	switch x := v.Interface().(type) {
	case time.Time:
		if !x.IsZero() {
			v.Set(reflect.ValueOf(x.In(zone)))
		}
		return
	case Subject:
		v.SetString(CleanSubject(string(x)))
		return
	case Prose:
		v.Set(reflect.ValueOf(x.in(lang)))
		return
	case Body:
		v.Set(reflect.ValueOf(x.in(lang)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			localize(v.Field(i), lang, zone)
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		v.Set(c)
		for i := range v.Len() {
			localize(v.Index(i), lang, zone)
		}
	}
}
