package complaint

import "time"

// Draft is what a visitor typed on the online form and has not sent yet.
type Draft struct {
	ID          string              // also the ID of the arrival that it becomes, so that a double submit is one arrival
	ComplaintID string              // complaint that it adds to; empty for a new complaint
	Language    Language            // of the pages that the visitor reads last
	Answers     map[string][]string // as typed, by the name of the field
	Doubts      []string            // why it may come from a robot, in plain words; may be empty
	CreatedAt   time.Time
	UpdatedAt   time.Time
	SubmittedAt time.Time // zero until it was sent; the answers are empty from then on
}

// Upload is a file that a visitor added to a draft. Its bytes are kept apart, and
// never opened beyond the first few that tell its type.
type Upload struct {
	ID        string
	DraftID   string
	Name      string // as the browser gave it, without folders
	MediaType string // told from its first bytes
	Size      int64  // bytes, above 0
	SHA256    string // hex
	CreatedAt time.Time
}
