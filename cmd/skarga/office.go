package main

import (
	"context"
	"net/mail"
	"strings"
	"sync/atomic"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
)

// office writes the answers of this firm: it joins the templates, the signed ids
// of the mailer and the firm's particulars. It is ingest.Answers.
type office struct {
	cfg    config.Config
	texts  *templates.Set
	signer *mailer.Signer
	rules  complaint.Rules
	now    func() time.Time
	domain string // of Message-IDs
	tokens bool   // plus addressing is proved (`skarga check --roundtrip`)
	bodies atomic.Pointer[[]complaint.OwnBody]
}

// plusProved is the setting in the store that says that plus addressing works.
const plusProved = "plus_addressing_proved"

func newOffice(ctx context.Context, cfg config.Config, s *store.Store, texts *templates.Set, rules complaint.Rules, now func() time.Time) (*office, error) {
	keys, err := s.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	signing := make([]mailer.Key, len(keys))
	for i, k := range keys {
		signing[i] = mailer.Key{ID: k.ID, Secret: k.Secret}
	}
	signer, err := mailer.NewSigner(signing...)
	if err != nil {
		return nil, err
	}
	proved, err := s.Setting(ctx, plusProved)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(cfg.Firm.Address, "@")
	o := &office{cfg: cfg, texts: texts, signer: signer, rules: rules, now: now, domain: domain, tokens: proved == cfg.Firm.Address}
	return o, nil
}

// Acknowledgement renders the first reply (P12).
func (o *office) Acknowledgement(c complaint.Complaint, told ingest.Told, in ingest.Incoming, recipient string) (complaint.Delivery, error) {
	d := &templates.Acknowledgement{Case: o.caseOf(c), UpdateBy: told.Update, RespondBy: told.Respond, PersonalData: c.PersonalData}
	if c.PersonalData {
		d.ICO = o.body("ico").Body
	}
	if in.Compared {
		d.CustomerName = c.CustomerName
	}
	return o.write(d, c, in, recipient)
}

// TooLarge asks for a message over the limit to be sent another way.
func (o *office) TooLarge(c complaint.Complaint, in ingest.Incoming, recipient string) (complaint.Delivery, error) {
	return o.write(&templates.TooLarge{Case: o.caseOf(c), LimitMB: int(in.Limit >> 20)}, c, in, recipient)
}

// DutyAlert tells the duty address that an arrival waits for a person.
func (o *office) DutyAlert(a complaint.Arrival, now time.Time) (complaint.Delivery, error) {
	d := &templates.DutyAlert{Header: o.header(complaint.English), ReceivedAt: a.ArrivedAt, ArrivalID: a.ID, HoldReason: a.HoldReason,
		AckBy: a.ArrivedAt.Add(o.rules.Acknowledge), Waiting: now.Sub(a.ArrivedAt)}
	if a.Parked {
		d.HoldReason = a.ParkReason
	}
	return o.write(d, complaint.Complaint{}, ingest.Incoming{}, o.cfg.Firm.DutyAddress)
}

// protect tells those of data protection who may see it of a complaint that no
// manager may see (P8); the duty address when there is none.
func (o *office) protect(v complaint.Case) ([]complaint.Delivery, error) {
	var to []string
	for _, p := range o.cfg.People() {
		if p.Role == complaint.DataProtection && p.Address != "" && complaint.May(p, complaint.ActRuleAbout, v) == nil {
			to = append(to, p.Address)
		}
	}
	if len(to) == 0 && o.cfg.Firm.DutyAddress != "" {
		to = []string{o.cfg.Firm.DutyAddress}
	}
	var mails []complaint.Delivery
	for _, address := range to {
		d, err := o.write(&templates.DataProtectionAlert{Header: o.header(complaint.English), Reference: v.Complaint.Reference, ReceivedAt: v.Complaint.ReceivedAt},
			complaint.Complaint{}, ingest.Incoming{}, address)
		if err != nil {
			return nil, err
		}
		mails = append(mails, d)
	}
	return mails, nil
}

// OwnMessageID reads the delivery from a Message-ID that we signed.
func (o *office) OwnMessageID(id string) (string, bool) { return o.signer.ParseMessageID(id) }

// ReplyToken reads the complaint from a plus address of ours.
func (o *office) ReplyToken(address string) (string, bool) {
	return o.signer.ParseReplyAddress(address)
}

// EnvelopeToken reads the delivery from a return path of ours.
func (o *office) EnvelopeToken(address string) (string, bool) {
	return o.signer.ParseEnvelopeAddress(address)
}

// Case, Body and Draft make the office a casework.Writer, with Write.

// Case is what every message about a complaint may say.
func (o *office) Case(c complaint.Complaint) templates.Case { return o.caseOf(c) }

// Header is what every message to staff may say.
func (o *office) Header() templates.Header { return o.header(complaint.English) }

// Body is the office of a kind that holds today.
func (o *office) Body(kind string) templates.Ombudsman { return o.body(kind) }

// Draft renders a message as far as it is written.
func (o *office) Draft(d templates.Data) (templates.Message, error) { return o.texts.Draft(d) }

// SlipCode reads the complaint from the code of a reply slip that we signed.
func (o *office) SlipCode(text string) (complaint.Reference, bool) { return o.signer.ParseSlip(text) }

// Wording is the text of all that customers are written.
func (o *office) Wording() (string, error) { return o.texts.Wording() }

// header is what every message may say.
func (o *office) header(lang complaint.Language) templates.Header {
	return templates.Header{
		Language: o.cfg.Firm.Language(lang), Firm: o.cfg.Firm.Name, ContactName: o.cfg.Firm.ServiceTeam, ContactNamePL: o.cfg.Firm.ServiceTeamPL,
		ContactAddress: o.cfg.Firm.Address, FormURL: o.cfg.Firm.FormURL,
		PostAddress: strings.Join(o.cfg.Firm.PostalLines, ", "), Location: o.rules.Location,
	}
}

// caseOf is what every message about a complaint may say. The customer is named (P3) where
// somebody confirmed the name: until then it is the sender's text (DOMAIN, Texts), or was
// only read.
func (o *office) caseOf(c complaint.Complaint) templates.Case {
	if c.Channel != complaint.ChannelEmail {
		c.Subject = "" // the form asks for none, a letter's was read: both are what they wrote
	}
	d := templates.Case{Header: o.header(c.Language), Reference: c.Reference, ReceivedAt: c.ReceivedAt, Subject: templates.Subject(c.Subject)}
	d.CustomerName = c.ConfirmedName()
	return d
}

// body is the office of a kind that holds today; of one that has no time limit the months
// are 0.
func (o *office) body(kind string) templates.Ombudsman {
	held := o.holding(kind)
	return templates.Ombudsman{Months: held.Months, Body: templates.Body{
		Name: held.Name, NamePL: held.NamePL, Web: strings.TrimPrefix(held.URL, "https://"), Phone: held.Phone, Post: held.Post}}
}

// write renders the automatic answer to a message.
func (o *office) write(data templates.Data, c complaint.Complaint, in ingest.Incoming, recipient string) (complaint.Delivery, error) {
	return o.Write(data, c, casework.Thread{To: recipient, InReplyTo: in.MessageID, References: in.References, Automatic: true})
}

// Write renders a message and makes a delivery of it, complete but for its
// obligation. The recipient's display name is left out: it is the sender's text,
// and a forged sender must not make us mail their words (DOMAIN, Texts).
func (o *office) Write(data templates.Data, c complaint.Complaint, t casework.Thread) (complaint.Delivery, error) {
	data.Head().Letter = c.ID != "" && c.ReplyBy == complaint.ByLetter
	text, err := o.texts.Render(data)
	if err != nil {
		return complaint.Delivery{}, err
	}
	kind := templates.KindOf(data)
	if c.ID != "" && c.ReplyBy == complaint.ByLetter {
		return o.letter(text, data.Head().Language, kind, c)
	}
	text.Subject = t.Subject(kind, c, text.Subject)
	now := o.now()
	d := complaint.Delivery{
		ID: complaint.NewID(), ComplaintID: c.ID, Kind: kind.Name, Way: complaint.ByEmail, Recipient: t.To,
		EnvelopeFrom: o.cfg.Firm.Address, Status: complaint.Queued, QueuedAt: now, NextAt: now,
	}
	d.EnvID = d.ID
	d.MessageID = o.signer.MessageID(d.ID, o.domain)
	input := mailer.ComposeInput{
		From: from(o.cfg), To: mail.Address{Address: t.To}, Subject: text.Subject, Text: text.Text, HTML: text.HTML,
		MessageID: d.MessageID, Date: now, InReplyTo: t.InReplyTo, References: t.References, Language: data.Head().Language, AutoReply: t.Automatic,
	}
	if survey, ok := data.(*templates.Survey); ok {
		input.Unsubscribe = survey.OptOutURL
	}
	if o.tokens && c.ID != "" {
		d.EnvelopeFrom = o.signer.EnvelopeAddress(o.cfg.Firm.Address, d.ID)
		input.ReplyTo = from(o.cfg)
		input.ReplyTo.Address = o.signer.ReplyAddress(o.cfg.Firm.Address, c.ID)
	}
	d.Bytes, err = mailer.Compose(input)
	return d, err
}
