package ingest

import (
	"io"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/quote"
)

// Reader reads and judges messages. It stores nothing; `skarga explain` and
// intake share it. Make one with NewReader; it is safe for several goroutines.
type Reader struct {
	judge   JudgeOptions
	details *detail.Finder
}

// NewReader makes a reader with what the firm's configuration says.
func NewReader(judge JudgeOptions, details detail.Options) *Reader {
	return &Reader{judge: judge, details: detail.New(details)}
}

// SetStaff replaces the names of staff that are looked for (P8, P9), while the reader
// is used.
func (r *Reader) SetStaff(list []detail.StaffName) { r.details.SetStaff(list) }

// ofSpamFolder is the same reader for mail found in a spam folder.
func (r *Reader) ofSpamFolder() *Reader {
	held := *r
	held.judge.SpamFolder = true
	return &held
}

// Read is one message as read and judged, before it is matched.
type Read struct {
	Message   *message.Message
	Judgement Judgement
	NewText   string // without quoted history and signature
	Language  complaint.Language
	Details   []complaint.Detail
	Staff     []complaint.Detail // those that may say whom it is about (P8)
	Form      *Form              // the answers, for an arrival of the online form; else nil
	Paper     *Paper             // for a letter that came as a scan; else nil
}

// Read reads a message of size bytes that arrived at a time (zero: unknown,
// then the message's own Date stands in). It never fails; what was wrong is in
// Message.Damaged.
func (r *Reader) Read(raw io.ReadSeeker, size int64, arrival time.Time) Read {
	return r.read(raw, size, arrival, message.Options{SkipHTML: true})
}

func (r *Reader) read(raw io.ReadSeeker, size int64, arrival time.Time, opt message.Options) Read {
	m := message.Read(raw, size, opt)
	out := Read{Message: m, Judgement: Judge(m, r.judge), NewText: quote.NewText(m.Text)}
	// The subject of a reply may be ours: it is asked only where the text is too short.
	if out.Language = language.Detect(out.NewText); out.Language == complaint.Both {
		out.Language = language.Detect(m.Subject + "\n" + out.NewText)
	}
	if arrival.IsZero() {
		arrival = m.Date
	}
	from := sender(m)
	if out.Judgement.Kind != KindBounce && out.Judgement.Kind != KindAbuseReport {
		out.Details = r.details.FindMessage(m.Subject, m.Text, from.Name, from.Address, arrival)
		out.Staff = subjects(out.Details)
	}
	return out
}

// sender is the first From address, or the Sender where From is unusable.
func sender(m *message.Message) message.Address {
	for _, list := range [][]message.Address{m.From, m.Sender} {
		for _, a := range list {
			if strings.Contains(a.Address, "@") {
				return a
			}
		}
	}
	return message.Address{}
}

// Explain reads a message into the contract of `skarga explain --json`.
func (r *Reader) Explain(raw io.ReadSeeker, size int64) Reading {
	read := r.read(raw, size, time.Time{}, message.Options{})
	m := read.Message
	reading := Reading{
		Schema: 1, Kind: read.Judgement.Kind, Answer: read.Judgement.Answer, Reasons: list(read.Judgement.Reasons),
		From: list(m.From), ReplyTo: list(m.ReplyTo), To: list(m.To), Cc: list(m.Cc),
		Subject: m.Subject, MessageID: m.MessageID, InReplyTo: list(m.InReplyTo), References: list(m.References),
		Language: read.Language, Text: m.Text, NewText: read.NewText, HTML: m.HTML,
		Attachments: list(m.Attachments), Bounces: list(read.Judgement.Bounces),
		Details: list(read.Details), Damaged: list(m.Damaged),
	}
	if !m.Date.IsZero() {
		s := m.Date.Format(time.RFC3339)
		reading.Date = &s
	}
	return reading
}

// list keeps the contract's "lists are [], never null".
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
