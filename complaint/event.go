package complaint

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Event is one line of the append-only history of a complaint, or of an arrival
// that became none.
type Event struct {
	ID      string
	Subject string          // complaint ID, or arrival ID where there is no complaint; the chain's name
	At      time.Time       // when it happened
	Actor   string          // staff name, or "skarga" for the program
	Kind    string          // e.g. "arrived", "acknowledged", "overruled"
	Payload json.RawMessage // personal content lives here and nowhere else in the event; may be emptied by erasure

	// Filled by Chain.
	Salt        string // hex, hides a short payload from guessing
	PayloadHash string // hex SHA-256 of salt and payload; survives erasure
	Seq         int    // from 1, per subject
	Prev        string // hash of the event before; "" for the first
	Hash        string // hex SHA-256 over Seq, Prev and the metadata
}

// Chain links an event behind the head (hash and count) of its subject. The
// chain covers the metadata and the salted payload hash, so erasing a payload
// leaves it whole (DESIGN, Storage).
func (e Event) Chain(head string, count int) (Event, error) {
	if e.Salt == "" {
		salt := make([]byte, 16)
		if _, err := rand.Read(salt); err != nil {
			return e, fmt.Errorf("complaint: salt for event: %w", err)
		}
		e.Salt = hex.EncodeToString(salt)
	}
	e.PayloadHash = PayloadHash(e.Salt, e.Payload)
	e.Seq, e.Prev = count+1, head
	e.Hash = e.chainHash()
	return e, nil
}

// PayloadHash is the salted hash that the chain covers.
func PayloadHash(salt string, payload []byte) string {
	sum := sha256.Sum256(append([]byte(salt+"\n"), payload...))
	return hex.EncodeToString(sum[:])
}

func (e Event) chainHash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%s\n%d\n%s\n%s\n%s\n",
		e.Seq, e.Prev, e.ID, e.Subject, e.At.UnixMilli(), e.Actor, e.Kind, e.PayloadHash))
	return hex.EncodeToString(sum[:])
}

// ViewHistory is the chain of events that tells who saw something of a complaint, or of
// an arrival without one.
func ViewHistory(subject string) string { return "views " + subject }

// VerifyChain checks the events of one subject, in order, against the head and
// count that were kept beside them, so that a changed, removed, inserted or
// cut-off event shows. Up to an event the payloads may have been erased; 0 for none. The
// error names the first event that does not fit.
func VerifyChain(events []Event, head string, count, erased int) error {
	prev := ""
	for i, e := range events {
		switch {
		case e.Seq != i+1 || e.Prev != prev:
			return fmt.Errorf("complaint: event %d does not follow the one before", i+1)
		case e.Hash != e.chainHash():
			return fmt.Errorf("complaint: event %d was changed", e.Seq)
		case e.PayloadHash == PayloadHash(e.Salt, e.Payload) || len(e.Payload) == 0 && e.Seq <= erased:
		case len(e.Payload) > 0:
			return fmt.Errorf("complaint: the payload of event %d was changed", e.Seq)
		default:
			return fmt.Errorf("complaint: the payload of event %d was removed, and not by an erasure", e.Seq)
		}
		prev = e.Hash
	}
	if len(events) != count || prev != head {
		return fmt.Errorf("complaint: the history has %d events, %d were recorded", len(events), count)
	}
	return nil
}
