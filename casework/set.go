package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// field sets one field of a case from what a person typed; "" empties it.
type field struct {
	help string
	set  func(d *desk, value string) error
}

// words is a field of free words on one line.
func words(help string, at func(*desk) *string) field {
	return field{help, func(d *desk, v string) error {
		*at(d) = strings.Join(strings.Fields(v), " ")
		return nil
	}}
}

// prose is a field that may have paragraphs.
func prose(help string, at func(*desk) *string) field {
	return field{help, func(d *desk, v string) error {
		*at(d) = strings.TrimSpace(v)
		return nil
	}}
}

// oneOf is a field that takes some words only.
func oneOf[T ~string](help string, known []T, at func(*desk) *T) field {
	names := joined(known)
	return field{help + ": " + names, func(d *desk, v string) error {
		if v != "" && !slices.Contains(known, T(v)) {
			return fmt.Errorf("%q is not known; there are %s", v, names)
		}
		*at(d) = T(v)
		return nil
	}}
}

// joined names all of some words.
func joined[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// day is a field that holds a date.
func day(help string, at func(*desk) *string) field {
	return field{help, func(d *desk, v string) error {
		if v != "" {
			if _, err := time.Parse(time.DateOnly, v); err != nil {
				return fmt.Errorf("%q is no date; one looks like 2026-12-31", v)
			}
		}
		*at(d) = v
		return nil
	}}
}

// yesNo is a field that holds or does not.
func yesNo(help string, at func(*desk) *bool) field {
	return field{help, func(d *desk, v string) error {
		switch strings.ToLower(v) {
		case "yes", "true", "1":
			*at(d) = true
		case "no", "false", "0", "":
			*at(d) = false
		default:
			return fmt.Errorf("%q is neither yes nor no", v)
		}
		return nil
	}}
}

// fields are what Set takes, by name.
var fields = map[string]field{
	"team":           words("the team that looks into it", func(d *desk) *string { return &d.Record.Team }),
	"category":       oneOf("what it is about", complaint.Categories(), func(d *desk) *complaint.Category { return &d.Record.Category }),
	"account":        words("the customer's account number", func(d *desk) *string { return &d.Record.Account }),
	"building":       words("building", func(d *desk) *string { return &d.Record.Building }),
	"room":           words("room", func(d *desk) *string { return &d.Record.Room }),
	"remedy":         prose("what the customer would like us to do", func(d *desk) *string { return &d.Record.Remedy }),
	"root_cause":     prose("what caused the problem (P2)", func(d *desk) *string { return &d.Record.RootCause }),
	"result":         oneOf("how it was decided", complaint.Results(), func(d *desk) *complaint.Result { return &d.Record.Result }),
	"redress_kind":   words("what the customer gets, e.g. refund", func(d *desk) *string { return &d.Record.RedressKind }),
	"redress":        {"its amount in pounds, e.g. 12.50", setRedress},
	"lesson":         prose("what we learn from it (P7)", func(d *desk) *string { return &d.Record.Lesson }),
	"lesson_owner":   {"who sees to the lesson", setLessonOwner},
	"lesson_due":     day("by when", func(d *desk) *string { return &d.Record.LessonDue }),
	"lesson_done":    day("when it was done", func(d *desk) *string { return &d.Record.LessonDone }),
	"vulnerable":     yesNo("a vulnerable customer: yes or no", func(d *desk) *bool { return &d.Record.Vulnerable }),
	"representative": words("who speaks for the customer", func(d *desk) *string { return &d.Record.Representative }),
	"authority":      words("how the representative showed authority", func(d *desk) *string { return &d.Record.Authority }),
	"legal_hold":     yesNo("nothing of it may be erased: yes or no", func(d *desk) *bool { return &d.Record.LegalHold }),
	"name":           {"the customer's name", setName},
	"address":        {"the customer's e-mail address", setAddress},
	"language":       {"language of our letters: en, pl or both", setLanguage},
	"reply_by":       oneOf("how the customer is answered", []complaint.Way{complaint.ByEmail, complaint.ByLetter}, func(d *desk) *complaint.Way { return &d.Complaint.ReplyBy }),
	"needs":          oneOf("what letters need; empty: nothing", []complaint.Need{complaint.LargePrint, complaint.Braille}, func(d *desk) *complaint.Need { return &d.Complaint.Needs }),
	"summary":        prose("what it is about, in a few sentences", func(d *desk) *string { return &d.Complaint.Summary }),
}

// FieldHelp says for each field that Set takes what it holds.
func FieldHelp() map[string]string {
	out := map[string]string{}
	for name, f := range fields {
		out[name] = f.help
	}
	return out
}

// ErrField is wrapped by errors about a field that does not exist or a value that it
// does not take: wrong use.
var ErrField = errors.New("casework: nothing was done")

// Set changes fields of a complaint, all or none. The error names every pair that is
// wrong. What waits to leave and would now go elsewhere, or in another form or language,
// is begun anew; so is what came back, when the customer is answered another way.
func (o *Office) Set(ctx context.Context, a Acting, values map[string]string) (r Readdressed, err error) {
	view, err := o.View(ctx, a.Who, a.Ref)
	if err != nil {
		return r, err
	}
	err = o.act(ctx, a, complaint.ActEdit, "set", func(ctx context.Context, d *desk) error {
		var errs []error
		for _, name := range slices.Sorted(maps.Keys(values)) {
			f, known := fields[name]
			if !known {
				errs = append(errs, fmt.Errorf("there is no field %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
				continue
			}
			if err := f.set(d, strings.TrimSpace(values[name])); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("%w: %w", ErrField, err)
		}
		if err := d.hears(ctx); err != nil {
			return err
		}
		another := d.was.Complaint.ReplyBy != d.Complaint.ReplyBy && reachable(d.Case)
		r, err = d.readdress(ctx, view.Events, another || recipient(d.was) != recipient(d.Case))
		return err
	})
	return r, err
}

// reachable says whether a message may leave the way that the customer is answered.
func reachable(c complaint.Case) bool {
	if c.Complaint.ReplyBy == complaint.ByLetter {
		return c.Complaint.CanPost()
	}
	return recipient(c) != ""
}

// hears makes a new representative one whose mail joins the complaint, and the one
// before, who speaks for the customer no more, one whose mail does not.
func (d *desk) hears(ctx context.Context) error {
	before, now := spokesperson(d.was), spokesperson(d.Case)
	if now != "" {
		d.tx.CreateParty(complaint.Party{ComplaintID: d.Complaint.ID, Address: complaint.FoldAddress(now), Role: "representative"})
	}
	parties, err := d.tx.Parties(ctx, d.Complaint.ID)
	for _, p := range parties {
		if p.Role == "representative" && p.Address == complaint.FoldAddress(before) && p.Address != complaint.FoldAddress(now) {
			return d.tx.DeleteParty(ctx, p, "")
		}
	}
	return err
}

func setRedress(d *desk, v string) error {
	v = strings.TrimPrefix(v, "£")
	if v == "" {
		d.Record.RedressPence = 0
		return nil
	}
	pounds, pence, _ := strings.Cut(v, ".")
	n, err := strconv.ParseUint(pounds+(pence + "00")[:2], 10, 32)
	if err != nil || len(pence) > 2 {
		return fmt.Errorf("%q is no amount in pounds; one looks like 12.50", v)
	}
	d.Record.RedressPence = int(n)
	return nil
}

func setLessonOwner(d *desk, v string) error {
	if v == "" {
		d.Record.LessonOwner = ""
		return nil
	}
	p, err := d.office.Person(v)
	d.Record.LessonOwner = p.Name
	return err
}

// setName names the customer otherwise, also on letters.
func setName(d *desk, v string) error {
	d.Complaint.Rename(strings.Join(strings.Fields(v), " "))
	return nil
}

func setAddress(d *desk, v string) error {
	if v != "" {
		a, err := mail.ParseAddress(v)
		if err != nil {
			return fmt.Errorf("%q is no e-mail address", v)
		}
		v = a.Address
	}
	d.Complaint.CustomerAddress = v
	if v != "" {
		d.tx.CreateParty(complaint.Party{ComplaintID: d.Complaint.ID, Address: complaint.FoldAddress(v), Role: "customer"})
	}
	return nil
}

func setLanguage(d *desk, v string) error {
	switch v {
	case "en", "pl":
		d.Complaint.Language = complaint.Language(v)
	case "both", "":
		d.Complaint.Language = complaint.Both
	default:
		return fmt.Errorf("%q is no language that we write; there are en, pl and both", v)
	}
	return nil
}

// Person finds a member of staff by name or alias; an unknown one is an error that
// offers the nearest name, or lists them all.
func (o *Office) Person(name string) (complaint.Person, error) {
	var names []string
	for _, p := range o.People() {
		if p.Is(name) {
			return p, nil
		}
		names = append(names, p.Name)
	}
	for _, p := range o.People() {
		if slices.ContainsFunc(p.Aliases, func(a string) bool { return complaint.Fold(a) == complaint.Fold(name) }) {
			return p, nil
		}
	}
	if near := complaint.Nearest(name, names); near != "" {
		return complaint.Person{}, fmt.Errorf("%w: %q is not on the staff list; did you mean %s?", ErrField, name, near)
	}
	if len(names) == 0 {
		return complaint.Person{}, fmt.Errorf("%w: %q is not on the staff list, which is empty; it stands in the configuration ([[staff]])", ErrField, name)
	}
	return complaint.Person{}, fmt.Errorf("%w: %q is not on the staff list; there are %s", ErrField, name, strings.Join(names, ", "))
}

// Assign gives a complaint to a person, who must be one that may handle it; an empty
// name takes it from whoever has it.
func (o *Office) Assign(ctx context.Context, a Acting, name string) error {
	return o.act(ctx, a, complaint.ActAssign, "assigned", func(_ context.Context, d *desk) error {
		if name == "" {
			d.Record.Owner = ""
			return nil
		}
		p, err := o.Person(name)
		if err != nil {
			return err
		}
		if p.Left {
			return fmt.Errorf("casework: the account of %s is closed; choose somebody else", p.Name)
		}
		if err := d.mayHave(p); err != nil {
			return err
		}
		d.Record.Owner = p.Name
		return nil
	})
}

// mayHave says whether a person may have the complaint of the desk. Why it is hidden
// from somebody is not told to others (P8).
func (d *desk) mayHave(p complaint.Person) error {
	err := d.office.may(p, complaint.ActHandle, d.Case)
	if errors.Is(err, complaint.ErrNoComplaint) {
		return &complaint.Refusal{Rule: "P8", Why: p.Name + " cannot have this complaint; choose somebody else"}
	}
	return err
}
