package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ask4.com/skarga/complaint"
	"golang.org/x/sync/errgroup"
)

// Answers writes what leaves because of an arrival, and recognises what came
// back to it. The mailer implements it.
type Answers interface {
	// Acknowledgement renders the first reply (P12) to one recipient. The
	// returned delivery is complete but for its obligation.
	Acknowledgement(c complaint.Complaint, told Told, in Incoming, recipient string) (complaint.Delivery, error)
	// TooLarge renders the request to send a message another way.
	TooLarge(c complaint.Complaint, in Incoming, recipient string) (complaint.Delivery, error)
	// OwnMessageID says whether a Message-ID is one that we signed, and for
	// which delivery.
	OwnMessageID(messageID string) (deliveryID string, ok bool)
	// ReplyToken reads the complaint from a plus address of ours.
	ReplyToken(address string) (complaintID string, ok bool)
	// EnvelopeToken reads the delivery from a return path of ours.
	EnvelopeToken(address string) (deliveryID string, ok bool)
	// SlipCode reads the complaint from the code of a reply slip that we signed.
	SlipCode(text string) (ref complaint.Reference, ok bool)
	// Wording is the text of all that customers are written, in every language.
	Wording() (string, error)
}

// Told holds the two dates that an acknowledgement tells the customer.
type Told struct {
	Update  time.Time // P13
	Respond time.Time // P14
}

// Incoming is what an answer needs of the message that it answers.
type Incoming struct {
	MessageID  string   // without angle brackets, may be empty
	References []string // without angle brackets, in order
	Subject    string
	Limit      int64 // bytes; for TooLarge
	Compared   bool  // a person compared the customer's name with the page just now
}

// Options are intake's settings.
type Options struct {
	Owner   string             // name of this process in leases
	Prefix  string             // of references, e.g. ASK4
	Rules   complaint.Rules    // the policy's numbers
	Staff   []complaint.Person // whom complaints may be about (P8); SetPeople changes it
	Batch   int                // arrivals a transaction; 0 means 50
	Lease   time.Duration      // 0 means one minute
	Poll    time.Duration      // fallback when no wake-up comes; 0 means five seconds
	AckCap  int                // acknowledgements an address and day; 0 means 5
	MaxSize int64              // bytes of a message; for the words of the answer
	// SpamFolder says whether a mailbox is a spam folder, all of whose mail is
	// held; nil means that none is.
	SpamFolder func(account, mailbox string) bool
	Papers     Papers           // knows the letters that came as scans; nil: none come
	Directory  Directory        // the firm's customers; nil: not known
	RetryAfter time.Duration    // between tries; 0 means one minute
	Now        func() time.Time // nil means time.Now
	Log        *slog.Logger     // nil means slog.Default
	Wake       <-chan struct{}  // signalled when arrivals were committed; may be nil
	Changed    func()           // called after what a person decided, or a letter said, is on record; nil for nobody
}

// Intake turns arrivals into what they become.
type Intake struct {
	Options
	store   Store
	reader  *Reader
	answers Answers
	staff   atomic.Pointer[[]complaint.Person] // nil until SetPeople
	told    atomic.Pointer[wording]            // nil until a reply was compared with it
}

// SetPeople replaces the list of those whom complaints may be about (P8), while the
// intake runs. Their names in texts are the Reader's to know: Reader.SetStaff.
func (in *Intake) SetPeople(list []complaint.Person) { in.staff.Store(&list) }

func (in *Intake) people() []complaint.Person {
	if p := in.staff.Load(); p != nil {
		return *p
	}
	return in.Staff
}

// NewIntake makes an intake.
func NewIntake(store Store, reader *Reader, answers Answers, opt Options) *Intake {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&opt.Lease, time.Minute)
	def(&opt.Poll, 5*time.Second)
	def(&opt.RetryAfter, time.Minute)
	if opt.Batch == 0 {
		opt.Batch = 50
	}
	if opt.AckCap == 0 {
		opt.AckCap = 5
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Intake{Options: opt, store: store, reader: reader, answers: answers}
}

// work is one arrival on its way: claimed, read, then concluded.
type work struct {
	arrival complaint.Arrival
	raw     []byte // if they came with the batch; until they are read
	read    Read
	whole   bool // all raw bytes were there
	// compared says that a person compared the customer's name with the page just now.
	compared bool
	err      error // reading failed

	// For a message that stands in place of another arrival (replace.go).
	made   *complaint.Case // what that one made; nil if nothing, or for all other arrivals
	told   bool            // mail about it has left: the customer may have its reference
	queued string          // acknowledgement that completing it queued
}

// Run takes arrivals until ctx ends. Claiming, reading and concluding overlap: each
// works on a batch of its own.
func (in *Intake) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	claimed, read := make(chan []*work), make(chan []*work)
	pass := func(to chan<- []*work, batch []*work) {
		select {
		case to <- batch:
		case <-ctx.Done():
		}
	}
	g.Go(func() error {
		defer close(claimed)
		for {
			batch, err := in.claim(ctx)
			if err != nil && ctx.Err() == nil {
				in.Log.Error("claim arrivals", "err", err)
			}
			if len(batch) > 0 {
				pass(claimed, batch)
				continue
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-in.Wake:
			case <-time.After(in.Poll):
			}
		}
	})
	g.Go(func() error {
		defer close(read)
		for batch := range claimed {
			in.readAll(ctx, batch)
			pass(read, batch)
		}
		return ctx.Err()
	})
	g.Go(func() error {
		for batch := range read {
			in.conclude(ctx, batch)
		}
		return ctx.Err()
	})
	return g.Wait()
}

// Drain takes what is pending now and returns how many arrivals it concluded.
func (in *Intake) Drain(ctx context.Context) (int, error) {
	n := 0
	for {
		batch, err := in.claim(ctx)
		if err != nil || len(batch) == 0 {
			return n, err
		}
		in.readAll(ctx, batch)
		in.conclude(ctx, batch)
		n += len(batch)
	}
}

// claim leases a batch.
func (in *Intake) claim(ctx context.Context) ([]*work, error) {
	arrivals, err := in.store.ClaimArrivals(ctx, in.Owner, in.Batch, in.Lease)
	batch := make([]*work, len(arrivals))
	for i, a := range arrivals {
		batch[i] = &work{arrival: a.Arrival, raw: a.Raw}
	}
	return batch, err
}

// readAll reads a batch, one message a processor at a time.
func (in *Intake) readAll(ctx context.Context, batch []*work) {
	next := make(chan *work)
	var readers sync.WaitGroup
	for range runtime.NumCPU() {
		readers.Go(func() {
			for w := range next {
				w.err = in.twice(ctx, func() error { return in.readArrival(ctx, w) })
				w.raw = nil
			}
		})
	}
	for _, w := range batch {
		next <- w
	}
	close(next)
	readers.Wait()
}

// readArrival opens the raw bytes and reads them. The bytes of a letter are its whole
// file: what is known of it was read already.
func (in *Intake) readArrival(ctx context.Context, w *work) error {
	if w.arrival.Channel == complaint.ChannelLetter && in.Papers != nil {
		p, err := in.Papers.Paper(ctx, w.arrival)
		w.read, w.whole = in.readPaper(p), true
		return err
	}
	raw := io.ReadSeeker(bytes.NewReader(w.raw))
	if w.raw == nil {
		opened, err := in.store.OpenArrival(ctx, w.arrival)
		if err != nil {
			return fmt.Errorf("ingest: open raw bytes: %w", err)
		}
		if opened == nil {
			return nil
		}
		defer opened.Close()
		raw = opened
	}
	w.whole = !lacksMessage(w.arrival)
	if w.arrival.Channel == complaint.ChannelForm {
		w.read = in.reader.ReadForm(raw, w.arrival.Size, w.arrival.ArrivedAt)
		return nil
	}
	reader := in.reader
	if in.SpamFolder != nil && in.SpamFolder(w.arrival.Account, w.arrival.Mailbox) {
		reader = reader.ofSpamFolder()
	}
	w.read = reader.Read(raw, w.arrival.Size, w.arrival.ArrivedAt)
	return nil
}

// conclude writes a batch in one transaction; if that fails, and not for an outage,
// each arrival is tried alone, and what fails alone is parked (law 4 of intake).
func (in *Intake) conclude(ctx context.Context, batch []*work) {
	batch = slices.DeleteFunc(batch, func(w *work) bool {
		if w.err != nil && ctx.Err() == nil {
			in.park(ctx, w, w.err) // its bytes may be there next time
		}
		return w.err != nil
	})
	if len(batch) == 0 {
		return
	}
	err := in.twice(ctx, func() error { return in.concludeAll(ctx, batch) })
	if err == nil || ctx.Err() != nil {
		return
	}
	if len(batch) > 1 {
		in.Log.Warn("batch failed, trying each arrival alone", "err", err)
		for _, w := range batch {
			in.conclude(ctx, []*work{w})
		}
		return
	}
	in.park(ctx, batch[0], err)
}

// retryAtMost keeps the tries of a parked arrival near: its 24 hours run.
const retryAtMost = 15 * time.Minute

// park puts an arrival back for a later try, with waits that grow to retryAtMost. Its
// clock runs from arrival all the same, since a parked arrival counts as a complaint.
func (in *Intake) park(ctx context.Context, w *work, cause error) {
	a := w.arrival
	retry := in.Now().Add(min(in.RetryAfter<<min(a.Attempts, 8), max(in.RetryAfter, retryAtMost)))
	in.Log.Error("arrival parked", "channel", a.Channel, "account", a.Account, "mailbox", a.Mailbox, "uid", a.UID, "attempt", a.Attempts, "err", cause)
	if err := in.store.ParkArrival(ctx, a.ID, cause.Error(), retry); err != nil {
		// The lease runs out and the arrival is claimed again.
		in.Log.Error("park arrival", "err", errors.Join(cause, err))
	}
}

func (in *Intake) concludeAll(ctx context.Context, batch []*work) error {
	return in.store.InTx(ctx, func(tx Tx) error {
		c := &conclusion{in: in, tx: tx, now: in.Now()}
		mine, err := in.stillMine(ctx, tx, batch)
		if err != nil {
			return err
		}
		if err := c.prepare(ctx, mine); err != nil {
			return err
		}
		for _, w := range mine {
			if err := c.take(ctx, w); err != nil {
				return fmt.Errorf("ingest: arrival %s: %w", w.arrival.ID, err)
			}
		}
		return nil
	})
}

// stillMine locks the arrivals of a batch and leaves out those that were judged, or
// claimed again, since this batch was claimed: concluded twice, a message would be
// two complaints. It gives copies to work on, so that a try that fails leaves no trace
// in the next.
func (in *Intake) stillMine(ctx context.Context, tx Tx, batch []*work) ([]*work, error) {
	ids := make([]string, len(batch))
	for i, w := range batch {
		ids[i] = w.arrival.ID
	}
	claims, err := tx.LockArrivals(ctx, ids)
	if err != nil {
		return nil, err
	}
	var mine []*work
	for _, w := range batch {
		if c, pending := claims[w.arrival.ID]; pending && c.Owner == in.Owner && c.Attempt == w.arrival.Attempts {
			once := *w
			mine = append(mine, &once)
		}
	}
	if n := len(batch) - len(mine); n > 0 {
		in.Log.Warn("arrivals were claimed again: their lease was over before they could be concluded", "count", n)
	}
	return mine, nil
}

// The damages that the source itself reports, as codes in Arrival.Damaged.
const (
	NotFetched = "fetch"     // the mail server would not give the message
	TooLarge   = "too_large" // over the size limit: only the header was taken
)

// lacksMessage says whether the source gave no more than a header.
func lacksMessage(a complaint.Arrival) bool {
	return damagedBy(a, TooLarge) || damagedBy(a, NotFetched)
}

func damagedBy(a complaint.Arrival, code string) bool {
	return slices.ContainsFunc(a.Damaged, func(d string) bool { return strings.HasPrefix(d, code+":") })
}
