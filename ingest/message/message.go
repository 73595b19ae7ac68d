// Package message reads one e-mail, however broken, into what people and rules
// can use. Every input yields a Message; what was wrong with it is listed in
// Damaged. Nothing is stored and no attachment is opened but winmail.dat, which is
// another form of the message.
package message

import (
	"net/mail"
	"time"
)

// Address is one mailbox of an address header. Name is decoded and may be empty;
// Address is as written, trimmed, and may be empty when only a name was given.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Message is what was read. Strings are valid UTF-8 without NUL.
type Message struct {
	From, ReplyTo, To, Cc []Address
	Sender                []Address // RFC 5322 section 3.6.2
	ReturnPath            string    // address in Return-Path; "" for <> or when missing
	NullSender            bool      // Return-Path was present and is <>
	Subject               string    // decoded, unfolded
	Date                  time.Time // zero if missing or unreadable
	MessageID             string    // without angle brackets
	InReplyTo, References []string  // without angle brackets, in order

	// Header holds every top-level field by canonical name, decoded and
	// unfolded, in order of appearance.
	Header mail.Header

	// Text is the readable body: the plain parts, or text made from HTML where
	// there is no plain part; format=flowed joined; charset decoded.
	Text string
	// HTML is the sanitised HTML body (no remote loads), "" if there is none.
	HTML string

	Attachments []Attachment // every leaf that is not the body, nested messages included
	Nested      []*Message   // message/rfc822 parts, opened, outermost first
	Parts       []Part       // every leaf in order, for readers of reports (RFC 3464, 5965)

	Signed    bool // multipart/signed or S/MIME signed-data; readable
	Encrypted bool // multipart/encrypted, enveloped-data or inline PGP message; not readable
	HasAudio  bool // an audio/* part, or an attachment with an audio file name

	// ContentHash is the hex SHA-256 of From, Date, Subject and body without
	// trace headers (DESIGN, Matching).
	ContentHash string

	// Kept is the decoded bytes of the file that Options.Leaf asked for.
	Kept []byte `json:"-"`

	// Damaged lists what was wrong: a short code, a colon, words. Empty if
	// nothing was.
	Damaged []string
}

// Attachment is one attached, inline or nested file. Its bytes are not kept.
type Attachment struct {
	Filename  string `json:"filename"`   // decoded, without path; "" if none was given
	MediaType string `json:"media_type"` // lower case, e.g. "image/png"
	Size      int64  `json:"size"`       // of the decoded bytes
	SHA256    string `json:"sha256"`     // hex, of the decoded bytes
	Inline    bool   `json:"inline"`     // shown in the body: Content-Disposition inline, or a Content-ID that the HTML uses
	ContentID string `json:"content_id"` // without angle brackets
	Leaf      int    `json:"-"`          // number in the message, from 1; asks for its bytes (Options.Leaf)
}

// Part is one leaf of the MIME tree. Body holds the decoded text of text/* and
// message/* leaves (capped), and is empty for others.
type Part struct {
	MediaType string
	Params    map[string]string // Content-Type parameters, lower-case names
	Header    mail.Header       // decoded
	Body      string
	Depth     int // 0 for the top
}
