package complaint

import (
	"fmt"
	"strings"
)

// Role is what a member of staff is here for; it decides what they may do (May).
type Role string

// The roles.
const (
	Mailroom       Role = "mailroom"        // takes letters in and posts ours
	Support        Role = "support"         // looks into complaints and answers them
	Manager        Role = "manager"         // decides about people and conduct, approves, reviews
	DataProtection Role = "data protection" // personal data (P10), and what nobody else may see (P8)
	Auditor        Role = "auditor"         // reads, changes nothing
)

// Roles lists the roles.
func Roles() []Role { return []Role{Mailroom, Support, Manager, DataProtection, Auditor} }

// ParseRole reads a role, in any case and with "-" or "_" for a space. An unknown
// one is an error that lists those there are.
func ParseRole(s string) (Role, error) {
	word := Role(strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(strings.TrimSpace(s))))
	var names []string
	for _, r := range Roles() {
		if r == word {
			return r, nil
		}
		names = append(names, string(r))
	}
	return "", fmt.Errorf("complaint: no role %q; there are %s", s, strings.Join(names, ", "))
}

// Person is a member of staff who may act, from the configured staff list.
type Person struct {
	Name    string   // as shown and kept on record
	Aliases []string // other names by which complaints speak of them (P8)
	Role    Role
	Address string // e-mail address for reminders; may be empty
	Left    bool   // cannot sign in any more: complaints may speak of them (P8), and none is given to them
	New     bool   // new on the job: a second person approves their formal answers
}

// Is says whether a name is this person's, in any case.
func (p Person) Is(name string) bool { return name != "" && Fold(p.Name) == Fold(name) }
