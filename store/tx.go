package store

import (
	"context"
	"errors"
	"time"

	"ask4.com/skarga/complaint"
)

// Tx is one open transaction. Writes are gathered; every read sends them first,
// so it sees them. It is not safe for use by several goroutines.
type Tx struct {
	conn
	now     time.Time
	pending map[*statement][][]any
	events  []complaint.Event
	fresh   map[string]bool // complaints made here whose history has not begun
	queued  bool            // a delivery was queued: wake the mailer after the commit
	aside   bool            // and it is not among handed

	clock  func() time.Time
	hand   *hand[complaint.Delivery] // nil in a restore, which sends nothing
	handed []complaint.Delivery      // claimed as they were made, under claim
	claim  claim
}

func (t *Tx) add(st *statement, row ...any) {
	if t.pending == nil {
		t.pending = map[*statement][][]any{}
	}
	t.pending[st] = append(t.pending[st], row)
}

// order is the order of gathered writes: what others refer to comes first.
func order() []*statement {
	return []*statement{complaintCreate, complaintSet, stageSet, recordCreate, recordSet, aboutSet, aboutPropose, evidenceSet, deedCreate, taskCreate, taskSet, answerDraftSet,
		partyCreate, detailCreate, obligationCreate, obligationSet,
		messageIDCreate, scanBatchCreate, scanBatchSet, letterArrival, scanLetterCreate, scanLetterSet, scanPageCreate,
		printRunCreate, printRunSet, deliveryCreate, deliveryBytesCreate, deliverySet, arrivalSet, arrivedSet,
		customerReplyCreate, customerReplySet, linkCreate, linkSet,
		decisionCreate, decisionSet, textSet, erasureCreate, erasedCreate, copyCreate, chainSet, eventCreate, payloadCreate}
}

// flush sends what was gathered.
func (t *Tx) flush(ctx context.Context) error {
	if err := t.chainEvents(ctx); err != nil {
		return err
	}
	if len(t.pending) == 0 {
		return nil
	}
	var all []gathered
	for _, st := range order() {
		if rows := t.pending[st]; len(rows) > 0 {
			all = append(all, gathered{st, rows})
		}
	}
	if len(all) < len(t.pending) {
		return errors.New("store: what was gathered stands in no order, and would be lost") // see order
	}
	if err := t.runAll(ctx, all); err != nil {
		return err
	}
	t.pending = nil
	return nil
}

// reading sends what was gathered and then reads.
func reading[T any](ctx context.Context, t *Tx, read func() (T, error)) (T, error) {
	if err := t.flush(ctx); err != nil {
		var none T
		return none, err
	}
	return read()
}
