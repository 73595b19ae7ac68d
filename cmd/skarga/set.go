package main

import (
	"fmt"
	"maps"
	"slices"

	"ask4.com/skarga/casework"
)

type setCmd struct {
	onCase `embed:""`
	Pairs  []string `arg:"" name:"field=value" optional:"" help:"What to set; an empty value empties the field. Without any the fields are listed."`
}

// Run sets fields of a record.
func (c setCmd) Run(s *session) error {
	if len(c.Pairs) == 0 {
		help := casework.FieldHelp()
		for _, name := range slices.Sorted(maps.Keys(help)) {
			fmt.Fprintf(s.out, "  %-16s %s\n", name, help[name])
		}
		return usageError{fmt.Errorf("give the fields to set, e.g. category=billing")}
	}
	values, err := pairs(c.Pairs)
	if err != nil {
		return err
	}
	return c.act(s, func(a *app, on casework.Acting) error {
		led, err := a.cases.Set(s.ctx, on, values)
		if err != nil {
			return err
		}
		if err := s.done("%s: set %d.", on.Ref, len(values)); err != nil {
			return err
		}
		return readdressed(s, on.Ref, led)
	})
}

type assignCmd struct {
	onCase `embed:""`
	To     string `arg:"" optional:"" name:"name" help:"Who has it from now on; nobody when left out."`
}

// Run gives a complaint to a person.
func (c assignCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		if err := a.cases.Assign(s.ctx, on, c.To); err != nil {
			return err
		}
		return s.done("%s: assigned.", on.Ref)
	})
}
