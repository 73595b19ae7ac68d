package casework

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// unscannedAfter are the waits after which letters that are in the house and were not
// scanned are told, with the event that keeps each to once. The last one is the breach
// of their 24 hours (P12).
func (c Clock) unscannedAfter() []unscanned {
	return []unscanned{{c.Office.Rules.Acknowledge * 2 / 3, "letters not scanned: warned"}, {c.Office.Rules.Acknowledge, "breach: letters not scanned"}}
}

type unscanned struct {
	wait  time.Duration
	event string
}

// unscanned tells the log and the duty address about letters that a batch sheet registered and
// that nobody scanned: their 24 hours run.
func (c Clock) unscanned(ctx context.Context, now time.Time) error {
	for _, u := range c.unscannedAfter() {
		batches, err := c.Store.MissingLetters(ctx, u.event, now.Add(-u.wait), 100)
		if err != nil {
			return err
		}
		for _, b := range batches {
			err := c.Store.InTx(ctx, func(tx Tx) error {
				payload := map[string]any{"missing": b.MissingLetters(), "letters": b.Letters}
				if c.Alert != nil {
					mail, err := c.Alert(complaint.Arrival{ID: b.ID, ArrivedAt: b.ReceivedAt, HoldReason: fmt.Sprintf(
						"%d of the %d letters of this batch are in the building and were not scanned", b.MissingLetters(), b.Letters)}, now)
					if err != nil {
						return err
					}
					tx.CreateDelivery(mail)
					payload["delivery"] = mail.ID
				}
				return c.event(tx, b.ID, u.event, now, payload)
			})
			if err != nil {
				return err
			}
			c.Log.Warn("letters are in the house and not scanned", "batch", b.ID, "missing", b.MissingLetters(), "letters", b.Letters, "received", b.ReceivedAt, "after", u.wait)
		}
	}
	return nil
}
