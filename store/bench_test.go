package store_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"github.com/google/uuid"
)

// BenchmarkIntake is the transaction in which 50 arrivals become complaints.
func BenchmarkIntake(b *testing.B) {
	for _, driver := range []string{"sqlite", "postgres"} {
		b.Run(driver, func(b *testing.B) {
			s, _, _ := openOne(b, driver)
			if err := s.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			mail := bytes.Repeat([]byte("A line of an acknowledgement.\r\n"), 200)
			uid := 0
			for b.Loop() {
				b.StopTimer()
				var batch []store.NewArrival
				for range 50 {
					uid++
					batch = append(batch, arrival(uid, "Subject: x\r\n\r\nx"))
				}
				if _, err := s.CreateArrivals(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := s.InTx(b.Context(), func(tx *store.Tx) error { return concludeBatch(b.Context(), tx, batch, mail) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func concludeBatch(ctx context.Context, tx *store.Tx, batch []store.NewArrival, mail []byte) error {
	var ids []complaint.Identity
	var refs []complaint.Reference
	for _, a := range batch {
		ids = append(ids, complaint.Identity{ArrivalID: a.ID, MessageID: a.ID + "@example.org", ContentHash: a.ID})
		refs = append(refs, complaint.Reference("ASK4-26-"+a.ID))
	}
	if _, err := tx.RegisterIdentities(ctx, ids); err != nil {
		return err
	}
	if _, err := tx.ReferencesTaken(ctx, refs); err != nil {
		return err
	}
	for _, a := range batch {
		c := newComplaint(a.ID)
		c.ID = uuid.Must(uuid.NewV7()).String()
		var parties []complaint.Party
		var details []complaint.Detail
		for i := range 3 {
			parties = append(parties, complaint.Party{Address: fmt.Sprint(i, a.ID, "@example.org"), Role: "customer"})
			details = append(details, complaint.Detail{Kind: complaint.DetailRoom, Value: "12", Text: "12", Confidence: 1})
		}
		var obs []complaint.Obligation
		for _, k := range []complaint.ObligationKind{complaint.Acknowledge, complaint.Update, complaint.Respond, complaint.TellOmbudsman} {
			obs = append(obs, complaint.Obligation{ID: uuid.Must(uuid.NewV7()).String(), Kind: k, Round: 1, State: complaint.Open,
				CeilingAt: monday.Add(24 * time.Hour), Steps: []string{"arrived Monday", "plus 24 hours", "due Tuesday"}})
		}
		tx.CreateComplaint(c, parties, details, obs)
		tx.CreateMessageIDs(c.ID, a.ID+"@example.org", a.ID+"@ask4.example")
		tx.CreateDelivery(complaint.Delivery{ID: uuid.Must(uuid.NewV7()).String(), ComplaintID: c.ID, Kind: "acknowledgement", Recipient: a.ID + "@example.org",
			MessageID: a.ID + "@ask4.example", EnvID: a.ID, Status: complaint.Queued, QueuedAt: monday, NextAt: monday, Bytes: mail})
		for _, kind := range []string{"arrived", "registered"} {
			tx.CreateEvent(complaint.Event{ID: uuid.Must(uuid.NewV7()).String(), Subject: c.ID, At: monday, Actor: "skarga", Kind: kind, Payload: []byte(`{"from":"someone@example.org"}`)})
		}
		a.Outcome, a.ComplaintID = complaint.ToComplaint, c.ID
		tx.SetArrival(a.Arrival)
	}
	return nil
}
