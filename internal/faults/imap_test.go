package faults_test

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// rounds is how often a fault is made.
func rounds(short, long int) int {
	if soak() {
		return long
	}
	return short
}

// imapFaults are the ways to break the line to the mailbox. Each returns when the
// line is broken; after it the line is mended.
var imapFaults = map[string]func(p *testserver.FaultProxy) error{
	"cut":   func(p *testserver.FaultProxy) error { p.Cut(); return nil },
	"stall": func(p *testserver.FaultProxy) error { return p.Stall() },
	"short": func(p *testserver.FaultProxy) error { return p.CutAfter(3000) }, // each connection breaks soon
	"slow":  func(p *testserver.FaultProxy) error { return p.Slow(64, 50) },
}

// TestIMAPFaults breaks the line to the mailbox while mail is fetched.
func TestIMAPFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range imapFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := dovecot()
			testserver.Need(t, "Dovecot", err)
			proxy := testserver.Proxy(t, d.Addr)
			w := newWorld(t, place{imap: proxy.Addr})
			n := w.firstServe(t)
			for range rounds(3, 30) {
				w.mustAdd(t, 10)
				if err := fault(proxy); err != nil {
					t.Fatal(err)
				}
				w.mustAdd(t, 20)
				failed := n.count("mailbox cannot be read")
				if name != "slow" {
					eventually(t, "the fault is noticed", func() bool { return n.count("mailbox cannot be read") > failed })
				}
				again := n.count("mailbox is read again")
				if err := proxy.Mend(); err != nil {
					t.Fatal(err)
				}
				if name != "slow" { // or the pauses before the next tries would grow to minutes
					eventually(t, "the mailbox is read again", func() bool { return n.count("mailbox is read again") > again })
				}
			}
			w.settle(t)
			w.whole(t, 0)
		})
	}
}

// TestAlarmIsRaisedOnceAndClears cuts the mailbox off for longer than it may be
// silent.
func TestAlarmIsRaisedOnceAndClears(t *testing.T) {
	t.Parallel()
	d, err := dovecot()
	testserver.Need(t, "Dovecot", err)
	proxy := testserver.Proxy(t, d.Addr)
	w := newWorld(t, place{imap: proxy.Addr, settings: `alarm_after = "6s"`})
	n := w.firstServe(t)
	eventually(t, "healthy", func() bool { code, _ := n.get("/healthz"); return code == 200 })
	proxy.Cut()
	var body string
	eventually(t, "/healthz shows the alarm", func() bool {
		var code int
		code, body = n.get("/healthz")
		return code == 503
	})
	if !strings.Contains(body, "a/INBOX") {
		t.Errorf("the alarm does not name the mailbox: %s", body)
	}
	// More looks at the mailbox while it is away do not raise it again.
	failed := n.count("mailbox cannot be read")
	eventually(t, "another attempt", func() bool { return n.count("mailbox cannot be read") > failed })
	if err := proxy.Mend(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "/healthz is well again", func() bool { code, _ := n.get("/healthz"); return code == 200 })
	w.mustAdd(t, 1)
	w.settle(t)
	if raised, over := n.count("alarm: mailbox not read"), n.count("alarm over"); raised != 1 || over != 1 {
		t.Errorf("raised %d times, over %d times, want once each", raised, over)
	}
	w.whole(t, 0)
}

// TestIMAPFaultDuringFirstPoll starts with the mailbox out of reach: what comes after
// the first successful poll is taken in.
func TestIMAPFaultDuringFirstPoll(t *testing.T) {
	t.Parallel()
	d, err := dovecot()
	testserver.Need(t, "Dovecot", err)
	proxy := testserver.Proxy(t, d.Addr)
	w := newWorld(t, place{imap: proxy.Addr})
	proxy.Cut()
	n := w.serve(t)
	n.waitLog(t, "mailbox cannot be read")
	if err := proxy.Mend(); err != nil {
		t.Fatal(err)
	}
	n.waitLog(t, "mailbox polled for the first time")
	if _, err := w.box.Add("INBOX", letter(0, ""), time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.sent = 1
	w.settle(t)
	w.whole(t, 0)
}
