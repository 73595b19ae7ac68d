package faults_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// moody is a mail server that answers every third command of one kind as programmed.
func moody(r testserver.Reply) func(string, int) testserver.Reply {
	return func(_ string, n int) testserver.Reply {
		if n%3 == 0 {
			return r
		}
		return testserver.Reply{}
	}
}

// TestSMTPFaultReplies lets the mail server refuse for a while and close in the middle:
// each answer arrives once.
func TestSMTPFaultReplies(t *testing.T) {
	t.Parallel()
	data := func(r testserver.Reply) func(testserver.SinkMessage, int) testserver.Reply {
		return func(_ testserver.SinkMessage, n int) testserver.Reply { return moody(r)("", n) }
	}
	for name, sink := range map[string]testserver.SinkOptions{
		"421 at MAIL":        {OnMail: moody(testserver.Reply{Code: 421})},
		"421 at RCPT":        {OnRcpt: moody(testserver.Reply{Code: 421})},
		"450 at RCPT":        {OnRcpt: moody(testserver.Reply{Code: 450})},
		"450 after DATA":     {OnData: data(testserver.Reply{Code: 450})},
		"closing at MAIL":    {OnMail: moody(testserver.Reply{Close: true})},
		"closing after DATA": {OnData: data(testserver.Reply{Close: true})},
		"550 at MAIL":        {OnMail: moody(testserver.Reply{Code: 550})}, // of our own address: cured by configuration
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, place{sink: sink})
			w.firstServe(t)
			w.mustAdd(t, rounds(30, 1000))
			w.settle(t)
			w.whole(t, 0)
		})
	}
}

// TestSMTPFaultRefusal refuses some customers for good: they are tried once, their
// promise stays open, and the others have their answer.
func TestSMTPFaultRefusal(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	tries := map[string]int{}
	refused := func(to string) bool { return strings.HasSuffix(to, "3@example.org") }
	w := newWorld(t, place{sink: testserver.SinkOptions{OnRcpt: func(to string, _ int) testserver.Reply {
		mu.Lock()
		defer mu.Unlock()
		tries[to]++
		if refused(to) {
			return testserver.Reply{Code: 550, Text: "no such user"}
		}
		return testserver.Reply{}
	}}})
	w.firstServe(t)
	w.mustAdd(t, 40) // customers 3, 13, 23 and 33 are refused
	eventually(t, "36 customers have an answer, 4 were tried", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return w.sink.Len() == 36 && len(tries) == 40
	})
	eventually(t, "the 36 are acknowledged", func() bool {
		n := 0
		for _, c := range read[listed](t, w) {
			if c.Stage == "acknowledged" {
				n++
			}
		}
		return n == 36
	})
	for _, c := range read[listed](t, w) {
		if want := map[bool]string{true: "received", false: "acknowledged"}[refused(c.CustomerAddress)]; c.Stage != want {
			t.Errorf("%s: stage %s, want %s", c.CustomerAddress, c.Stage, want)
		}
	}
	mu.Lock()
	for to, n := range tries {
		if n != 1 {
			t.Errorf("%s was tried %d times", to, n)
		}
	}
	mu.Unlock()
	w.balanced(t)
}

// TestSMTPFaultLine cuts, stalls and slows the line to the mail server. What was
// handed over whole when the line broke may be sent again.
func TestSMTPFaultLine(t *testing.T) {
	t.Parallel()
	for name, fault := range imapFaults {
		if name == "short" { // replies are shorter than mail: some five fit
			fault = func(p *testserver.FaultProxy) error { return p.CutAfter(700) }
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var proxy *testserver.FaultProxy
			w := newWorld(t, place{smtp: func(addr string) string {
				proxy = testserver.Proxy(t, addr)
				return proxy.Addr
			}})
			n := w.firstServe(t)
			faults := rounds(3, 30)
			for range faults {
				before := w.sink.Len()
				w.mustAdd(t, 40)
				eventually(t, "mail flows", func() bool { return w.sink.Len() > before+rand.IntN(20) })
				if err := fault(proxy); err != nil {
					t.Fatal(err)
				}
				w.mustAdd(t, 20)
				if name == "cut" || name == "stall" {
					failed := n.count("mail server cannot be used")
					eventually(t, "the fault is noticed", func() bool { return n.count("mail server cannot be used") > failed })
				}
				if err := proxy.Mend(); err != nil {
					t.Fatal(err)
				}
			}
			w.settle(t)
			spare := faults * connections
			if name == "short" {
				spare = w.sent // any reply may be the one that was cut off
			}
			w.whole(t, spare)
		})
	}
}
