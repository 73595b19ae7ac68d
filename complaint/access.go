package complaint

import (
	"errors"
	"fmt"
	"slices"
)

// Action is what a person may want to do with a complaint.
type Action string

// The actions.
const (
	ActView         Action = "view"                  // list, show, read mail and history
	ActEdit         Action = "edit"                  // fields of the record
	ActAssign       Action = "assign"                // give it to a person
	ActHandle       Action = "handle"                // have it: be its owner
	ActMove         Action = "move"                  // another stage
	ActLog          Action = "log"                   // actions taken (P5), mail sent elsewhere
	ActReply        Action = "reply"                 // write to the customer
	ActApprove      Action = "approve"               // let another person's answer go
	ActReview       Action = "review"                // decide an escalation or appeal (P15)
	ActCombine      Action = "combine"               // split, merge, link
	ActOmbudsman    Action = "act for the ombudsman" // deadlock, referral, decision, tasks (P16)
	ActOverrule     Action = "overrule"              // decide against the machine about an arrival
	ActRuleAbout    Action = "rule about staff"      // whom it is about (P8)
	ActRuleConduct  Action = "rule on conduct"       // inappropriate conduct (P6)
	ActRulePersonal Action = "rule on data"          // personal data (P10)
	ActErase        Action = "export or erase"       // export or erase a person's data
	ActPost         Action = "post"                  // print and post letters
	ActReport       Action = "report"                // reports and surveys
	ActAdminister   Action = "administer"            // staff and roles, templates, the state of the machine; no complaint
)

// ErrNoComplaint is returned where a complaint is not there, or reads as not there
// because it is about the person who asks (P8).
var ErrNoComplaint = errors.New("no such complaint")

// Refusal is an act that the policy does not allow. Commands end with exit code 3.
type Refusal struct {
	Rule string // e.g. "P15"
	Why  string // in plain words, with what is possible instead
}

// Error names the rule.
func (r *Refusal) Error() string { return fmt.Sprintf("%s (policy %s)", r.Why, r.Rule) }

// mayDo says what each role may do with a complaint that is not about the person.
var mayDo = map[Role][]Action{
	Mailroom: {ActView, ActLog, ActPost, ActOverrule},
	Support:  {ActView, ActEdit, ActAssign, ActHandle, ActMove, ActLog, ActReply, ActReview, ActCombine, ActOmbudsman, ActOverrule, ActRulePersonal, ActPost},
	Manager: {ActView, ActEdit, ActAssign, ActHandle, ActMove, ActLog, ActReply, ActApprove, ActReview, ActCombine, ActOmbudsman, ActOverrule,
		ActRuleAbout, ActRuleConduct, ActRulePersonal, ActPost, ActReport, ActAdminister},
	DataProtection: {ActView, ActEdit, ActAssign, ActHandle, ActMove, ActLog, ActReply, ActApprove, ActReview, ActOmbudsman, ActOverrule,
		ActRuleAbout, ActRulePersonal, ActErase, ActPost, ActReport},
	Auditor: {ActView, ActReport},
}

// May is the one decision about access: nil when the person may do it. A complaint
// about the person reads as not there (ErrNoComplaint, P8); what the role does not
// allow, and a review by one who had a hand in the response (P15) or having it for that,
// is a *Refusal.
func May(who Person, what Action, c Case) error {
	if slices.ContainsFunc(c.Abouts, func(a About) bool { return a.Hides(who) }) {
		return ErrNoComplaint
	}
	if !slices.Contains(mayDo[who.Role], what) {
		return &Refusal{"P8", fmt.Sprintf("%s has the role %q, which may not %s", who.Name, who.Role, what)}
	}
	reviews := what == ActReview || what == ActHandle && c.Complaint.Stage == StageReview
	if reviews && slices.ContainsFunc(c.Record.Responders, who.Is) {
		return &Refusal{"P15", who.Name + " had a hand in the answer that is contested; somebody else reviews it"}
	}
	return nil
}

// AddNames adds people to a list of names that holds each once, in any case.
func AddNames(list []string, names ...string) []string {
	list = slices.Clone(list)
	for _, name := range names {
		if name != "" && !slices.ContainsFunc(list, (Person{Name: name}).Is) {
			list = append(list, name)
		}
	}
	return list
}

// MayAdminister says whether a person may change the account of a member of staff.
// Nobody changes their own: another manager does. Those of data protection see what is
// hidden from a manager (P8), so no manager makes, changes or resets their accounts;
// whoever operates the machine does.
func MayAdminister(who, of Person) error {
	switch {
	case !HasRole(who.Role, ActAdminister):
		return &Refusal{"P8", fmt.Sprintf("%s has the role %q, which may not %s", who.Name, who.Role, ActAdminister)}
	case who.Is(of.Name):
		return &Refusal{"P8", "nobody changes their own account here; another manager does"}
	case of.Role == DataProtection:
		return &Refusal{"P8", "accounts of data protection are looked after on the machine itself: they see what is hidden from a manager"}
	}
	return nil
}

// HasRole says whether a role may do something at all, with some complaint.
func HasRole(r Role, what Action) bool { return slices.Contains(mayDo[r], what) }
