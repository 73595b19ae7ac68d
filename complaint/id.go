package complaint

import (
	"encoding/hex"

	"github.com/google/uuid"
)

// Each record has an ID of its own: one call for randomness serves several.
func init() { uuid.EnableRandPool() }

// NewID makes an identifier for a record: a UUID version 7 (RFC 9562 section 5.7),
// which sorts by the time of its making, written as 32 hexadecimal digits so that
// it fits into an address token.
func NewID() string {
	id := uuid.Must(uuid.NewV7()) // fails only without a source of randomness
	return hex.EncodeToString(id[:])
}
