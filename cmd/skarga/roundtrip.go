package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

// roundtripWait is how long a mail to ourselves may take.
const roundtripWait = 2 * time.Minute

// roundtrip mails our own plus address and looks for it in the mailbox. Where it
// arrives with its token, plus addressing is proved and used from then on; where
// it does not, it is not used.
func roundtrip(s *session) checked {
	part := checked{Part: "round trip by plus address", Cure: "let the mail server accept address+anything, or go without: replies are matched by Message-ID and reference"}
	a, err := s.open()
	if err != nil {
		part.Detail = err.Error()
		return part
	}
	defer a.Close()
	took, err := a.tryRoundtrip(s.ctx)
	proved := ""
	if err == nil {
		proved = a.cfg.Firm.Address
	}
	if e := a.store.SetSetting(s.ctx, plusProved, proved); e != nil && err == nil {
		err = e
	}
	if err != nil {
		part.Detail = err.Error()
		return part
	}
	return checked{Part: part.Part, OK: true, Detail: fmt.Sprintf("came back after %s; reply and envelope tokens are in use", took.Round(time.Millisecond))}
}

// tryRoundtrip sends one mail to a reply address and waits until a mailbox has it.
func (a *app) tryRoundtrip(ctx context.Context) (time.Duration, error) {
	if len(a.cfg.Mailboxes) == 0 {
		return 0, fmt.Errorf("no mailbox is configured to find the mail in")
	}
	start := a.now()
	id := complaint.NewID()
	to := from(a.cfg)
	to.Name, to.Address = "", a.office.signer.ReplyAddress(a.cfg.Firm.Address, id)
	if to.Address == a.cfg.Firm.Address {
		return 0, fmt.Errorf("%s is too long to carry a token (RFC 5321 section 4.5.3.1.1)", to.Address)
	}
	d := complaint.Delivery{
		ID: id, Kind: "roundtrip", Recipient: to.Address, EnvelopeFrom: a.office.signer.EnvelopeAddress(a.cfg.Firm.Address, id),
		EnvID: id, MessageID: a.office.signer.MessageID(id, a.office.domain), Status: complaint.Queued, QueuedAt: start, NextAt: start,
	}
	var err error
	d.Bytes, err = mailer.Compose(mailer.ComposeInput{
		From: from(a.cfg), To: to, Subject: "Skarga round trip " + id, MessageID: d.MessageID, Date: start, AutoReply: true,
		Text: "Skarga sent this to itself to see whether plus addresses arrive. It can be deleted.\n",
	})
	if err != nil {
		return 0, err
	}
	if err := a.sendNow(ctx, d); err != nil {
		return 0, err
	}
	if sent, err := a.store.Delivery(ctx, id); err != nil || sent.Status != complaint.Sent {
		return 0, errors.Join(err, fmt.Errorf("the mail server did not take a mail to %s: %s", to.Address, cmp.Or(sent.LastError, "it is under way")))
	}
	for deadline := start.Add(roundtripWait); a.now().Before(deadline); {
		for _, m := range a.cfg.Mailboxes {
			header, at, err := imap.FindMessage(ctx, a.imapOptions(m, time.Time{}), d.MessageID)
			if err != nil {
				return 0, err
			}
			if header != nil {
				return a.now().Sub(start), errors.Join(a.tokenKept(header, id), clocksAgree(start, at, a.now()))
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("a mail to %s did not come back within %s", to.Address, roundtripWait)
}

// clocksAgree compares the time that the mailbox gave to a mail with our own clock: the
// 24 hours of P12 are counted from the one, and looked at by the other.
func clocksAgree(sent, arrived, seen time.Time) error {
	if off := max(sent.Sub(arrived), arrived.Sub(seen)); off > 2*time.Minute {
		return fmt.Errorf("the mail came back, but the mail server's clock and ours differ by %s; set both by NTP", off.Round(time.Second))
	}
	return nil
}

// sendNow queues a mail and sends what is due.
func (a *app) sendNow(ctx context.Context, d complaint.Delivery) error {
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		tx.CreateDelivery(d)
		return nil
	})
	if err != nil {
		return err
	}
	sender, err := a.sender()
	if err != nil {
		return err
	}
	_, err = sender.Drain(ctx)
	return err
}

// tokenKept checks that the mail came back with our return path: without it a
// bounce could not be told by its envelope.
func (a *app) tokenKept(header []byte, id string) error {
	m := message.Read(bytes.NewReader(append(header, "\r\n"...)), int64(len(header)+2), message.Options{SkipHTML: true})
	if got, ok := a.office.EnvelopeToken(m.ReturnPath); !ok || got != id {
		return fmt.Errorf("the mail came back, but its Return-Path is %q and not the address that it was sent with", m.ReturnPath)
	}
	return nil
}
