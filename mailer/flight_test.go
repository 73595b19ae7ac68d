package mailer_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/mailer"
)

// counted hands on connections to a sink and counts them.
func counted(t *testing.T, to string) (addr string, n *atomic.Int32) {
	t.Helper()
	same := func(b []byte) []byte { return b }
	return between(t, to, same, same)
}

// between is counted, and what client and server say passes through up and down.
func between(t *testing.T, to string, up, down func([]byte) []byte) (addr string, n *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	n = new(atomic.Int32)
	pipe := func(a, b net.Conn, change func([]byte) []byte) {
		buf := make([]byte, 32<<10)
		for {
			k, err := a.Read(buf)
			if k > 0 {
				_, _ = b.Write(change(buf[:k])) // a fault shows in the test's own client
			}
			if err != nil {
				_ = b.Close()
				return
			}
		}
	}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			go pipe(in, out, up)
			go pipe(out, in, down)
		}
	}()
	return l.Addr().String(), n
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	sink := testserver.SMTPSink(t, testserver.SinkOptions{})
	addr, n := counted(t, sink.Addr)
	o := options(t, addr)
	o.Connections = 2
	if sent, err := drain(t, newMemory(60), o); sent != 60 || err != nil {
		t.Fatalf("sent %d, %v", sent, err)
	}
	if n.Load() > 2 {
		t.Errorf("%d connections for 60 mails over 2", n.Load())
	}
}

// flight counts accepted mail that has no record yet.
type flight struct {
	*memory
	recorded atomic.Int32
}

func (f *flight) InTx(ctx context.Context, fn func(mailer.Tx) error) error {
	err := f.memory.InTx(ctx, fn)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.recorded.Store(int32(len(f.ids)))
	return err
}

func TestAtMostOneMailAConnectionIsUnrecorded(t *testing.T) {
	t.Parallel()
	const connections = 3
	f := &flight{memory: newMemory(80)}
	var worst atomic.Int32
	sink := testserver.SMTPSink(t, testserver.SinkOptions{OnData: func(_ testserver.SinkMessage, n int) testserver.Reply {
		if open := int32(n) - f.recorded.Load(); open > worst.Load() {
			worst.Store(open)
		}
		return testserver.Reply{}
	}})
	o := options(t, sink.Addr)
	o.Connections = connections
	s, err := mailer.NewSender(f, o)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Drain(t.Context()); n != 80 || err != nil {
		t.Fatalf("sent %d, %v", n, err)
	}
	if worst.Load() > connections {
		t.Errorf("%d mails were unrecorded at once over %d connections", worst.Load(), connections)
	}
}
