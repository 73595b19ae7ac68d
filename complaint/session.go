package complaint

import "time"

// SessionKind says who is behind a session of the web.
type SessionKind string

// The kinds of session.
const (
	CustomerSession SessionKind = "customer" // opened by a one-time link or a letter's code, for one complaint
	StaffSession    SessionKind = "staff"
)

// Session is a browser that was let in.
type Session struct {
	TokenHash string // hex SHA-256 of the secret in the cookie
	Kind      SessionKind
	Subject   string // complaint ID, or name of the member of staff
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}
