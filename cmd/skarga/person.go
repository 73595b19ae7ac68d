package main

import (
	"errors"
	"fmt"
	"maps"
	"os/user"
	"strconv"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// person is the member of staff who acts: --as, or whose os_user runs the program.
// Without a staff list whoever may read the configuration acts as a manager, under
// the name of the system's user.
func (s *session) person(a *app) (complaint.Person, error) {
	if s.cli.As != "" {
		p, err := a.cases.Person(s.cli.As)
		if err != nil {
			return p, usageError{fmt.Errorf("--as: %w", err)}
		}
		return p, nil
	}
	u, err := user.Current()
	if err != nil {
		return complaint.Person{}, fmt.Errorf("who acts? %w; say --as NAME", err)
	}
	for _, p := range a.cfg.Staff {
		if p.OSUser != "" && p.OSUser == u.Username {
			return p.Person()
		}
	}
	if len(a.cfg.Staff) == 0 {
		return complaint.Person{Name: u.Username, Role: complaint.Manager}, nil
	}
	return complaint.Person{}, usageError{errors.New("who acts? The user " + u.Username + " is nobody's os_user on the staff list; say --as NAME, or add the person to the configuration")}
}

// onCase is what commands about one complaint share: the reference, and the version
// that the person saw.
type onCase struct {
	Reference string `arg:"" name:"ref" help:"Reference of the complaint, e.g. ASK4-26-K7Q2M-4."`
	Seen      int    `help:"Act only if the record still has this version, as 'skarga show' prints it." default:"-1" placeholder:"VERSION"`
}

// act opens the program and runs fn as the person who acts on the complaint.
func (c onCase) act(s *session, fn func(a *app, on casework.Acting) error) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	ref, err := s.reference(a, who, c.Reference)
	if err != nil {
		return err
	}
	var back []complaint.Delivery
	if err := fn(a, casework.Acting{Who: who, Ref: ref, Seen: c.Seen, TakenBack: &back}); err != nil {
		return fieldUsage(err)
	}
	return s.takenBack(back)
}

// takenBack says what had not left and is not sent any more.
func (s *session) takenBack(back []complaint.Delivery) error {
	for _, d := range back {
		what := "The " + strings.ReplaceAll(d.Kind, "_", " ") + " had not left: it is taken back and not sent."
		if d.PrintRun != "" {
			what += " Take it out of run " + d.PrintRun + "."
		}
		if err := s.done("%s", what); err != nil {
			return err
		}
	}
	return nil
}

// fieldUsage marks an error about what was typed as wrong use.
func fieldUsage(err error) error {
	if errors.Is(err, casework.ErrField) || errors.Is(err, casework.ErrTemplate) {
		return usageError{err}
	}
	return err
}

// reference reads a reference; one that is wrong in itself is wrong use.
func (s *session) reference(a *app, who complaint.Person, text string) (complaint.Reference, error) {
	ref, err := a.cases.ParseReference(s.ctx, who, text)
	if err != nil {
		return "", usageError{err}
	}
	return ref, nil
}

// done says that an act is on record.
func (s *session) done(format string, args ...any) error {
	if s.cli.JSON {
		return printJSON(s.out, []map[string]string{{"done": fmt.Sprintf(format, args...)}})
	}
	_, err := fmt.Fprintf(s.out, format+"\n", args...)
	return err
}

// many is a number with its word: "1 letter", "2 letters".
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// pairs reads key=value arguments.
func pairs(args []string) (map[string]string, error) {
	values := map[string]string{}
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if _, twice := values[key]; !ok || key == "" || twice {
			return nil, usageError{fmt.Errorf("%q is no pair of a field and its value; one looks like category=billing, each field once", arg)}
		}
		maps.Copy(values, map[string]string{key: value})
	}
	return values, nil
}
