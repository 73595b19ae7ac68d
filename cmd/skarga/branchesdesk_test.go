package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// desk takes raw messages in and sends what is due, one step at a time.
type desk struct {
	*testing.T
	app *app
}

// anna decides in tests that call intake.
var anna = complaint.Person{Name: "Anna Kowalska", Role: complaint.Manager}

func newDesk(t *testing.T, change func(*config.Config)) desk {
	t.Helper()
	_, a, _ := world(t, change)
	return desk{t, a}
}

// writes makes a message with a plain text; head holds further header lines.
func writes(from, id, subject, head, text string) string {
	return fmt.Sprintf("From: %s\nTo: complaints@ask4.com\nSubject: %s\nDate: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <%s>\n%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s\n", from, subject, id, head, text)
}

// take records a message, concludes it, sends what is due, and gives the arrival.
func (d desk) take(raw string) complaint.Arrival {
	d.Helper()
	return d.takeAll(raw)[0]
}

// takeAll does so with several messages, which are concluded in one batch.
func (d desk) takeAll(raws ...string) []complaint.Arrival {
	d.Helper()
	now := time.Now().Truncate(time.Millisecond)
	var list []store.NewArrival
	for _, raw := range raws {
		raw = strings.ReplaceAll(raw, "\n", "\r\n")
		id := complaint.NewID()
		list = append(list, store.NewArrival{Arrival: complaint.Arrival{
			ID: id, Channel: complaint.ChannelEmail, Mailbox: "test/" + id, ArrivedAt: now, RecordedAt: now, Size: int64(len(raw)),
		}, Body: bytes.NewReader([]byte(raw))})
	}
	if _, err := d.app.store.CreateArrivals(d.Context(), list); err != nil {
		d.Fatal(err)
	}
	if _, err := d.app.intake.Drain(d.Context()); err != nil {
		d.Fatal(err)
	}
	sender, err := d.app.sender()
	if err != nil {
		d.Fatal(err)
	}
	if _, err := sender.Drain(d.Context()); err != nil {
		d.Fatal(err)
	}
	var out []complaint.Arrival
	for _, n := range list {
		a, err := d.app.store.GetArrival(d.Context(), n.ID)
		if err != nil {
			d.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// view reads the complaint of an arrival.
func (d desk) view(a complaint.Arrival) store.View {
	d.Helper()
	c, err := d.app.store.GetComplaintByID(d.Context(), a.ComplaintID)
	if err != nil {
		d.Fatal(err)
	}
	v, err := d.app.store.ComplaintView(d.Context(), c.Reference)
	if err != nil {
		d.Fatal(err)
	}
	return v
}

const emily = "Emily Carter <emily@student.example>"

// first takes a complaint in and gives it with its acknowledgement.
func (d desk) first() (complaint.Arrival, store.View) {
	d.Helper()
	a := d.take(writes(emily, "m1@student.example", "Slow connection", "", "My internet is slow in Room 214."))
	v := d.view(a)
	if a.Outcome != complaint.ToComplaint || len(v.Deliveries) != 1 || v.Deliveries[0].Status != complaint.Sent {
		d.Fatalf("the complaint was not acknowledged: %+v %+v", a, v.Deliveries)
	}
	return a, v
}
