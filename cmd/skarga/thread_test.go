package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// TestRepliesThreadInTheCustomersMailbox puts two correspondences into a mailbox of a
// real Dovecot, as a customer keeps them, and asks it for the threads: each is one, by
// references and by subject.
func TestRepliesThreadInTheCustomersMailbox(t *testing.T) {
	t.Parallel()
	d, err := sharedDovecot()
	testserver.Need(t, "Dovecot", err)
	s := newSim(t, "2026-11-23 09:00", "", "")
	subjects := []string{"No internet in room 12", "Skarga na fakturę"}
	var ids []string
	for i, text := range []string{"My internet does not work at all since yesterday.", "Faktura za listopad jest błędna, proszę o korektę i zwrot pieniędzy."} {
		ids = append(ids, s.complains(fmt.Sprintf("customer%d@student.example", i), subjects[i], text))
	}
	s.to("2026-11-24 10:00")
	for _, id := range ids {
		s.sends("Tomasz Nowak", id, "update")
	}
	s.to("2026-11-24 12:00")
	s.answers(ids[0], "Thank you, I am in room 12.")
	s.answers(ids[1], "Dziękuję, czekam.")
	s.to("2026-11-25 10:00")
	for _, id := range ids {
		s.responds("Tomasz Nowak", id)
	}
	user := strings.ToLower(complaint.NewID())
	c, err := d.Client(user)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // an open connection is no fault of the test
	var all []string
	for _, raw := range s.came {
		all = append(all, strings.ReplaceAll(raw, "\n", "\r\n"))
	}
	for _, m := range s.sink.Messages() {
		if strings.HasSuffix(m.To[0], "@student.example") {
			all = append(all, string(m.Raw))
		}
	}
	if len(all) != 4+6 {
		t.Fatalf("%d mails went back and forth", len(all))
	}
	for _, raw := range all {
		if _, err := c.Add("INBOX", []byte(raw), s.now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	for _, by := range []imap.ThreadAlgorithm{imap.ThreadReferences, imap.ThreadOrderedSubject} {
		if !c.Caps().Has(imap.Cap("THREAD=" + string(by))) {
			continue
		}
		threads, err := c.Thread(&imapclient.ThreadOptions{Algorithm: by, SearchCriteria: &imap.SearchCriteria{}}).Wait()
		if err != nil {
			t.Fatal(err)
		}
		var sizes []int
		for _, thread := range threads {
			sizes = append(sizes, members(thread))
		}
		slices.Sort(sizes)
		if !slices.Equal(sizes, []int{5, 5}) {
			t.Errorf("%s: threads of %v mails, want two of five", by, sizes)
		}
	}
	if !c.Caps().Has("THREAD=REFERENCES") {
		t.Error("this Dovecot does not thread by references")
	}
}

// members counts the mails of a thread.
func members(d imapclient.ThreadData) int {
	n := len(d.Chain)
	for _, sub := range d.SubThreads {
		n += members(sub)
	}
	return n
}
