package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/imap"
)

type ledgerCmd struct{}

// account is one mailbox compared with its arrivals.
type account struct {
	Account, Mailbox string
	UIDValidity      uint32
	InMailbox        int                       // messages there now
	Missing          []uint32                  // there now, since the start, without an arrival
	Before           int                       // there before the first poll, never taken in
	Vanished         int                       // arrivals whose message is gone from the mailbox
	Unseen           []uint32                  // UIDs given out since the first arrival that were gone before we saw them
	InDone           int                       // messages in the done folder
	DoneUnknown      []uint32                  // of those, without an arrival of that Message-ID
	Outcomes         map[complaint.Outcome]int // arrivals by what became of them; "" is pending
	Problem          string                    // why the mailbox could not be compared
}

// Run compares each mailbox with its arrivals, live.
func (ledgerCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	bad := 0
	var all []account
	for _, m := range a.cfg.Mailboxes {
		o := a.imapOptions(m, time.Time{})
		acc, err := a.compare(s.ctx, o)
		if err != nil {
			acc.Problem = err.Error()
		}
		if len(acc.Missing) > 0 || len(acc.DoneUnknown) > 0 || err != nil {
			bad++
		}
		all = append(all, acc)
	}
	paper, came, err := a.paperLedger(s.ctx)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		for _, acc := range all {
			if err := json.NewEncoder(s.out).Encode(acc); err != nil {
				return err
			}
		}
		if came {
			if err := json.NewEncoder(s.out).Encode(map[string]paperLedger{"paper": paper}); err != nil {
				return err
			}
		}
	} else if err := printLedger(s, all); err != nil {
		return err
	} else if came {
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		paper.print(w, a.rules.Location)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	switch {
	case bad > 0:
		return fmt.Errorf("the ledger does not balance for %d of %d mailboxes", bad, len(all))
	case !paper.balances():
		return fmt.Errorf("the ledger does not balance for letters by post: %d pages unaccounted for, %d letters over their 24 hours not scanned %s", paper.Unaccounted, paper.MissingLate, paper.FolderError)
	}
	return nil
}

// compare takes a census of a mailbox and holds the arrivals against it.
func (a *app) compare(ctx context.Context, o imap.Options) (account, error) {
	acc := account{Account: o.Account, Mailbox: o.Mailbox, Missing: []uint32{}, Unseen: []uint32{}, DoneUnknown: []uint32{}, Outcomes: map[complaint.Outcome]int{}}
	census, err := imap.TakeCensus(ctx, o)
	if err != nil {
		return acc, err
	}
	known, err := a.store.AllUIDs(ctx, o.Account, o.Mailbox)
	if err != nil {
		return acc, err
	}
	pos, err := a.store.Position(ctx, o.Account, o.Mailbox)
	if err != nil {
		return acc, err
	}
	acc.UIDValidity, acc.InMailbox, acc.InDone = census.UIDValidity, len(census.UIDs), len(census.Done)
	arrivals, first := map[uint32]bool{}, uint32(0)
	for _, k := range known {
		acc.Outcomes[k.Outcome]++
		if k.UIDValidity != census.UIDValidity {
			continue
		}
		arrivals[k.UID] = true
		if first == 0 || k.UID < first {
			first = k.UID
		}
		if _, there := slices.BinarySearch(census.UIDs, k.UID); !there {
			acc.Vanished++
		}
	}
	for _, uid := range census.UIDs {
		switch {
		case arrivals[uid]:
		case pos.UIDValidity == census.UIDValidity && uid <= pos.UID && (first == 0 || uid < first):
			acc.Before++ // older than the start, or left out by --since
		default:
			acc.Missing = append(acc.Missing, uid)
		}
	}
	for uid := first; first > 0 && pos.UIDValidity == census.UIDValidity && uid <= pos.UID; uid++ {
		if _, there := slices.BinarySearch(census.UIDs, uid); !there && !arrivals[uid] {
			acc.Unseen = append(acc.Unseen, uid)
		}
	}
	for _, d := range census.Done {
		found, err := a.store.KnownMessageID(ctx, d.MessageID)
		if err != nil {
			return acc, err
		}
		if !found && d.MessageID != "" {
			acc.DoneUnknown = append(acc.DoneUnknown, d.UID)
		}
	}
	return acc, nil
}

func printLedger(s *session, all []account) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, acc := range all {
		fmt.Fprintf(w, "%s/%s\tUIDVALIDITY %d\n", acc.Account, acc.Mailbox, acc.UIDValidity)
		if acc.Problem != "" {
			fmt.Fprintf(w, "  could not be compared\t%s\n", acc.Problem)
			continue
		}
		fmt.Fprintf(w, "  messages in the mailbox\t%d\n", acc.InMailbox)
		fmt.Fprintf(w, "  there before the start\t%d\n", acc.Before)
		fmt.Fprintf(w, "  WITHOUT AN ARRIVAL\t%d %s\n", len(acc.Missing), uids(acc.Missing))
		fmt.Fprintf(w, "  in the done folder\t%d\n", acc.InDone)
		fmt.Fprintf(w, "  of those unknown\t%d %s\n", len(acc.DoneUnknown), uids(acc.DoneUnknown))
		total := 0
		for _, o := range []complaint.Outcome{complaint.ToComplaint, complaint.Correspondence, complaint.Duplicate, complaint.Automatic, complaint.Refused, complaint.SetAside, complaint.Pending} {
			name := string(o)
			if o == complaint.Pending {
				name = "pending"
			}
			fmt.Fprintf(w, "  arrivals: %s\t%d\n", name, acc.Outcomes[o])
			total += acc.Outcomes[o]
		}
		fmt.Fprintf(w, "  arrivals in all\t%d\n", total)
		fmt.Fprintf(w, "  arrivals whose message has left the mailbox\t%d\n", acc.Vanished)
		fmt.Fprintf(w, "  vanished before we saw them\t%d %s\n", len(acc.Unseen), uids(acc.Unseen))
	}
	return w.Flush()
}

func uids(list []uint32) string {
	if len(list) == 0 {
		return ""
	}
	if len(list) > 10 {
		return fmt.Sprintf("UIDs %v and %d more", list[:10], len(list)-10)
	}
	return fmt.Sprintf("UIDs %v", list)
}
