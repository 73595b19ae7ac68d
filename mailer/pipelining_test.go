package mailer_test

import (
	"bytes"
	"sync/atomic"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// RFC 2920: the envelope goes in one packet to a server that offers it, a command at a
// time to one that does not; a refused recipient takes no other mail with it.
func TestEnvelopeInOnePacketWhereOffered(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]bool{"offered": false, "not offered": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := testserver.SMTPSink(t, testserver.SinkOptions{OnRcpt: func(_ string, n int) testserver.Reply {
				if n == 2 {
					return testserver.Reply{Code: 550}
				}
				return testserver.Reply{}
			}})
			var together atomic.Int32
			addr, _ := between(t, sink.Addr, func(said []byte) []byte {
				if bytes.Contains(said, []byte("MAIL FROM:")) && bytes.Contains(said, []byte("RCPT TO:")) {
					together.Add(1)
				}
				return said
			}, func(reply []byte) []byte {
				if hidden {
					return bytes.ReplaceAll(reply, []byte("PIPELINING"), []byte("X-UNKNOWN"))
				}
				return reply
			})
			o, m := options(t, addr), newMemory(4)
			o.Connections = 1
			if sent, err := drain(t, m, o); sent != 3 || err != nil || sink.Len() != 3 {
				t.Errorf("sent %d of 3, the server has %d, %v", sent, sink.Len(), err)
			}
			failed := 0
			for _, d := range m.deliveries {
				if d.Status == complaint.Failed {
					failed++
				}
			}
			if failed != 1 {
				t.Errorf("%d failed, want the refused one", failed)
			}
			if n := together.Load(); n != map[bool]int32{false: 4, true: 0}[hidden] {
				t.Errorf("%d envelopes came in one packet", n)
			}
		})
	}
}
