package main

import (
	"fmt"
)

type auditCmd struct {
	Verify auditVerify `cmd:"" default:"1" help:"Find changed, removed or inserted events."`
}

type auditVerify struct{}

// Run verifies every history against its chain.
func (auditVerify) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	good, bad := 0, 0
	for subject, err := range a.store.VerifyAll(s.ctx) {
		if err != nil {
			bad++
			fmt.Fprintf(s.out, "BROKEN %s: %v\n", subject, err)
			continue
		}
		good++
	}
	fmt.Fprintf(s.out, "%d histories are whole, %d are broken.\n", good, bad)
	if bad > 0 {
		return fmt.Errorf("%d histories are broken", bad)
	}
	return nil
}

type migrateCmd struct{}

// Run brings the database to this version; opening it does so.
func (migrateCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	v, err := a.store.Version(s.ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "The database is at version %d.\n", v)
	return err
}
