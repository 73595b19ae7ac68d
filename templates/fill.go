package templates

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Fill sets the fields that staff write from key=value pairs, as `--set done="…"`
// gives them. Dates are days (2026-12-31) and mean the end of that day in the
// message's zone. A text may be given once a language (done.en, done.pl); without
// one it is in the message's language, and a message in both needs both. "none"
// ("nothing", "nic", "brak") answers fields that take it; an empty value empties one. The error names every pair
// that is wrong, with the nearest known key; nothing is set then.
func Fill(d Data, values map[string]string) error {
	kind := KindOf(d)
	c := copyOf(d)
	v := reflect.ValueOf(c).Elem()
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(values)) {
		name, lang, err := splitKey(key, d.Head().Language)
		if err == nil {
			err = fillOne(kind, v, name, values[key], lang, zoneOf(d))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("templates: %s: %s: %w", kind.Name, key, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	reflect.ValueOf(d).Elem().Set(v)
	return nil
}

// splitKey takes the language off a key.
func splitKey(key string, lang complaint.Language) (string, complaint.Language, error) {
	name, suffix, found := strings.Cut(strings.TrimSpace(key), ".")
	switch l := complaint.Language(suffix); {
	case !found:
		return name, lang, nil
	case l == complaint.English, l == complaint.Polish:
		if lang != complaint.Both && l != lang {
			return "", "", fmt.Errorf("this message is not in that language; leave the ending .%s out", suffix)
		}
		return name, l, nil
	}
	return "", "", fmt.Errorf("a key ends with .en or .pl, or names no language")
}

func fillOne(kind Kind, v reflect.Value, name, value string, lang complaint.Language, zone *time.Location) error {
	var staff []string
	for _, f := range kind.Fields {
		switch {
		case f.Staff && f.Key == name:
			return set(v.FieldByIndex(f.index), f, value, lang, zone)
		case f.Staff:
			staff = append(staff, f.Key)
		case f.Key == name:
			return errors.New("is filled by Skarga, not by hand")
		}
	}
	if len(staff) == 0 {
		return errors.New("nothing is filled by hand in this template")
	}
	return fmt.Errorf("no such field%s; there are %s", perhaps(name, staff), strings.Join(staff, ", "))
}

// set reads a value as its field's type asks.
func set(v reflect.Value, f Field, value string, lang complaint.Language, zone *time.Location) error {
	value = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(value, "\x00", ""), ""))
	switch {
	case value == "" && v.Type() == proseType && lang != complaint.Both:
		p := maps.Clone(v.Interface().(Prose))
		delete(p, lang)
		v.Set(reflect.ValueOf(p))
	case value == "":
		v.SetZero()
	case v.Type() == proseType:
		return setProse(v, f, value, lang)
	case v.Type() == timeType:
		day, err := time.ParseInLocation(time.DateOnly, value, zone)
		if err != nil {
			return fmt.Errorf("%q is no date; one looks like 2026-12-31", value)
		}
		v.Set(reflect.ValueOf(day.AddDate(0, 0, 1).Add(-time.Second)))
	case f.Choices != nil:
		if !slices.Contains(f.Choices, value) {
			return fmt.Errorf("%q is not known%s; there are %s", value, perhaps(value, f.Choices), strings.Join(f.Choices, ", "))
		}
		v.SetString(value)
	case v.Kind() == reflect.Int:
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is no number", value)
		}
		v.SetInt(int64(n))
	default:
		v.SetString(strings.Join(strings.Fields(value), " "))
	}
	return nil
}

func setProse(v reflect.Value, f Field, value string, lang complaint.Language) error {
	if slices.Contains([]string{"none", "nothing", "nic", "brak", "-"}, strings.ToLower(strings.TrimRight(value, "."))) {
		if !f.None {
			return fmt.Errorf("needs words, not %q: %s", value, f.Help)
		}
		v.Set(reflect.ValueOf(Nothing()))
		return nil
	}
	if lang == complaint.Both {
		return fmt.Errorf("this message goes out in English and Polish; give %s.en and %s.pl", f.Key, f.Key)
	}
	p := maps.Clone(v.Interface().(Prose))
	if p == nil || p.None() {
		p = Prose{}
	}
	p[lang] = value
	v.Set(reflect.ValueOf(p))
	return nil
}

// withGaps copies a message and marks in it what is missing.
func withGaps(d Data) Data {
	c := copyOf(d)
	v := reflect.ValueOf(c).Elem()
	for _, l := range Missing(d) {
		field, mark := v.FieldByIndex(l.Field.index), "["+l.Field.Key+": "+l.Field.Help+"]"
		switch {
		case field.Type() == proseType:
			p := Prose{}
			for _, lang := range languages(d.Head().Language) {
				p[lang] = mark
			}
			maps.Copy(p, field.Interface().(Prose))
			delete(p, complaint.Both)
			field.Set(reflect.ValueOf(p))
		case field.Kind() == reflect.String:
			field.SetString(mark)
		}
	}
	return c
}

// perhaps proposes the nearest of the known words, if one is near.
func perhaps(word string, known []string) string {
	best := complaint.Nearest(word, known)
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (perhaps %q?)", best)
}
