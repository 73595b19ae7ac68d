package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/mailer/letter"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
)

// postStore is the store as the posting of letters sees it.
type postStore struct{ *store.Store }

func (s postStore) InPostTx(ctx context.Context, fn func(mailer.PostTx) error) error {
	return s.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

// post makes what prints letters and records their posting.
func (a *app) post(actor string) mailer.Post {
	at := a.cfg.Letters.CutOff.SinceMidnight()
	cutOff := fmt.Sprintf("The post is taken at %02d:%02d.", int(at.Hours()), int(at.Minutes())%60)
	return mailer.Post{Store: postStore{a.store}, Rules: a.rules, Firm: a.cfg.Firm.Name, Folder: a.cfg.Letters.Folder,
		CutOff: cutOff, Actor: actor, Now: a.now}
}

// checkLetters draws a letter and writes into the folder of the print runs.
func (a *app) checkLetters() error {
	c := complaint.Complaint{ID: "check", Reference: "CHECK", ReceivedAt: a.now(), Language: complaint.Polish, ReplyBy: complaint.ByLetter, PostalAddress: "Łucja Żak\nFlat 2\nSheffield S1 4JL", PostalConfirmed: true}
	d, err := a.office.Acknowledgement(c, ingest.Told{Update: a.now(), Respond: a.now()}, ingest.Incoming{}, "")
	if err != nil {
		return err
	}
	return a.post("").Try(d.Bytes)
}

// letter draws a message as a letter: a delivery whose bytes are the PDF, complete
// but for its obligation. It waits in the queue until it is printed and posted.
func (o *office) letter(text templates.Message, lang complaint.Language, kind templates.Kind, c complaint.Complaint) (complaint.Delivery, error) {
	if !c.CanPost() {
		return complaint.Delivery{}, fmt.Errorf("%s: %s; `skarga letters address %s` gives one", c.Reference, c.PostFault(), c.Reference)
	}
	now := o.now()
	head := o.cfg.Letters.Head
	if len(head) == 0 {
		head = append(slices.Clone(o.cfg.Firm.PostalLines), o.cfg.Firm.Address)
	}
	to := addressed(c.PostalLines(), o.cfg.Firm.PostalLines)
	d := complaint.Delivery{ID: complaint.NewID(), ComplaintID: c.ID, Kind: kind.Name, Way: complaint.ByLetter,
		Postal: strings.Join(to, "\n"), Status: complaint.Queued, QueuedAt: now, NextAt: now}
	var err error
	d.Bytes, err = letter.Draw(letter.Letter{
		Firm: o.cfg.Firm.Name, Head: head, To: to, Window: window(to, o.cfg.Letters.Window),
		Reference: c.Reference, Date: now.In(o.rules.Location), Subject: text.Subject, Parts: text.Parts, Large: o.cfg.Letters.LargePrint || c.Needs == complaint.LargePrint,
		SlipCode: o.signer.SlipCode(o.cfg.Web.BaseURL, c.Reference),
	})
	return d, err
}

// polishPostcode stands before a town of Poland.
var polishPostcode = regexp.MustCompile(`(^|\s)\d\d-\d{3}(\s|$)`)

// poland are the names of the country in the last line of an address.
var poland = []string{"poland", "polska", "pl"}

// inPoland says whether an address is there: its last line names the country, or else has
// a postcode of that form.
func inPoland(address []string) bool {
	if len(address) == 0 {
		return false
	}
	last := address[len(address)-1]
	return slices.Contains(poland, complaint.Fold(last)) || polishPostcode.MatchString(last)
}

// addressed is an address as the post of the firm's own country reads it: abroad, the name
// of the country stands last, in capital letters and in English.
func addressed(to, firm []string) []string {
	if !inPoland(to) || inPoland(firm) {
		return to
	}
	if slices.Contains(poland, complaint.Fold(to[len(to)-1])) {
		to = to[:len(to)-1]
	}
	return append(slices.Clone(to), "POLAND")
}

// window is that of the envelopes for a country.
func window(address []string, setting string) letter.Window {
	switch {
	case setting != "auto":
		return letter.Window(setting)
	case inPoland(address):
		return letter.WindowPoland
	}
	return letter.WindowUK
}
