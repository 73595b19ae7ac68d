package complaint_test

import (
	"errors"
	"slices"
	"testing"

	. "ask4.com/skarga/complaint"
)

// TestP08RolesMayDoWhatTheTableSays writes the table of roles out a second time: a
// right that is given or taken by mistake shows.
func TestP08RolesMayDoWhatTheTableSays(t *testing.T) {
	t.Parallel()
	m, s, g, d, a := Mailroom, Support, Manager, DataProtection, Auditor
	for what, roles := range map[Action][]Role{
		ActView: {m, s, g, d, a}, ActEdit: {s, g, d}, ActAssign: {s, g, d}, ActHandle: {s, g, d}, ActMove: {s, g, d},
		ActLog: {m, s, g, d}, ActReply: {s, g, d}, ActApprove: {g, d}, ActReview: {s, g, d}, ActCombine: {s, g},
		ActOmbudsman: {s, g, d}, ActOverrule: {m, s, g, d}, ActRuleAbout: {g, d}, ActRuleConduct: {g}, ActRulePersonal: {s, g, d},
		ActErase: {d}, ActPost: {m, s, g, d}, ActReport: {g, d, a}, ActAdminister: {g},
	} {
		for _, r := range Roles() {
			err := May(Person{Name: "P", Role: r}, what, Case{})
			var refused *Refusal
			if (err == nil) != slices.Contains(roles, r) || err != nil && !errors.As(err, &refused) {
				t.Errorf("%s, %s: %v", r, what, err)
			}
		}
	}
}

// TestP08AManagerReachesNoAccountThatSeesMore: a manager whom a complaint is about must
// not come to it by way of an account.
func TestP08AManagerReachesNoAccountThatSeesMore(t *testing.T) {
	t.Parallel()
	anna := Person{Name: "Anna Kowalska", Role: Manager}
	for who, tc := range map[string]struct {
		who, of Person
		may     bool
	}{
		"another":         {anna, Person{Name: "Tomasz Nowak", Role: Support}, true},
		"another manager": {anna, Person{Name: "Ewa Lis", Role: Manager}, true},
		"themselves":      {anna, Person{Name: "anna kowalska", Role: Support}, false},
		"data protection": {anna, Person{Name: "Ola Wit", Role: DataProtection}, false},
		"support":         {Person{Name: "Tomasz Nowak", Role: Support}, Person{Name: "Ewa Lis", Role: Support}, false},
	} {
		var refused *Refusal
		if err := MayAdminister(tc.who, tc.of); (err == nil) != tc.may || err != nil && !errors.As(err, &refused) {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// TestP08NobodyMayWhatIsAboutThem: a complaint about a person is not there for them,
// whatever their role, unless a manager dropped the name.
func TestP08NobodyMayWhatIsAboutThem(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		p := Person{Name: "Anna Kowalska", Role: r}
		for state, hidden := range map[AboutState]bool{AboutProvisional: true, AboutConfirmed: true, AboutDropped: false} {
			c := Case{Abouts: []About{{Staff: "Jan"}, {Staff: "anna kowalska", State: state}}}
			if err := May(p, ActView, c); errors.Is(err, ErrNoComplaint) != hidden {
				t.Errorf("%s, %s: %v", r, state, err)
			}
		}
	}
}

// TestP15NobodyReviewsTheirOwnResponse: the reviewer differs from all who answered.
func TestP15NobodyReviewsTheirOwnResponse(t *testing.T) {
	t.Parallel()
	c := Case{Record: Record{RespondedBy: "Ewa Lis", Responders: []string{"Ewa Lis", "Tomasz Nowak"}}}
	var refused *Refusal
	if err := May(Person{Name: "tomasz nowak", Role: Manager}, ActReview, c); !errors.As(err, &refused) || refused.Rule != "P15" {
		t.Error(err)
	}
	if err := May(Person{Name: "Anna Kowalska", Role: Manager}, ActReview, c); err != nil {
		t.Error(err)
	}
	if err := May(Person{Name: "Tomasz Nowak", Role: Support}, ActHandle, c); err != nil {
		t.Errorf("who responded has it afterwards: %v", err)
	}
	c.Complaint.Stage = StageReview
	if err := May(Person{Name: "Tomasz Nowak", Role: Support}, ActHandle, c); !errors.As(err, &refused) || refused.Rule != "P15" {
		t.Errorf("who responded has the review: %v", err)
	}
}
