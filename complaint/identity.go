package complaint

// Identity says which content an arrival has (DESIGN, Matching).
type Identity struct {
	ArrivalID, MessageID, ContentHash string
}

// Identified is what is known of an identity after it was registered.
type Identified struct {
	FirstArrivalID   string // the arrival that first had this Message-ID and hash; the asker's own if it is the first
	FirstComplaintID string // what that arrival made or joined; may be empty
	SameIDComplaint  string // complaint of an arrival with this Message-ID and another hash; may be empty
	SameIDArrival    string // that arrival; may be empty
}
