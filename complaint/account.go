package complaint

import "time"

// Account is how a member of staff signs in at the web's door. Whom the
// configuration names has the role and aliases that stand there, and an account
// without any; whom it does not name has them here.
type Account struct {
	Name       string
	Role       Role     // empty for a person of the configuration
	Aliases    []string // other names by which complaints speak of them (P8); empty for a person of the configuration
	Password   string   // argon2id, with its parameters and salt
	TOTPSecret string   // base32; RFC 6238
	Recovery   []string // hex SHA-256 of the recovery codes that are left
	CreatedAt  time.Time
	ChangedAt  time.Time
}
