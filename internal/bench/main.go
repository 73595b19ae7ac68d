// Command bench measures Skarga against a real Dovecot and a real SMTP sink and
// prints one table. Numbers of different machines do not compare; the ratios of
// one run do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"ask4.com/skarga/internal/testserver"
)

func main() {
	var b bench
	flag.IntVar(&b.n, "n", 3000, "messages in the mailbox")
	flag.IntVar(&b.live, "live", 100, "messages of the latency run; 0 leaves it out")
	flag.IntVar(&b.forms, "forms", 100, "online forms with a file; 0 leaves them out")
	flag.IntVar(&b.few, "few", 1000, "complaints of the small store")
	flag.IntVar(&b.many, "many", 200_000, "complaints of the large store; 0 leaves the cost of one more out")
	flag.IntVar(&b.pages, "pages", 600, "pages of the console over the large store; 0 leaves them out")
	flag.IntVar(&b.scanned, "scans", 60, "pages of the batch of letters; 0 leaves scans out")
	flag.IntVar(&b.big, "big", 500, "pages of the large scans; 0 leaves them out")
	flag.BoolVar(&b.scansOnly, "scans-only", false, "measure scans and nothing else")
	flag.StringVar(&b.skarga, "skarga", "bin/skarga", "the program")
	only := flag.String("db", "sqlite,postgres", "databases")
	serve := flag.String("serve", "", "more arguments of serve, separated by spaces")
	flag.Parse()
	b.drivers, b.args = strings.Split(*only, ","), strings.Fields(*serve)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run with its servers.
type bench struct {
	n, live, forms, few, many, pages, scanned, big int
	scansOnly                                      bool
	skarga                                         string
	drivers, args                                  []string

	dir   string
	mail  *testserver.DovecotServer
	sink  *testserver.Sink
	pg    *testserver.PostgresServer
	runs  int // pipelines so far; each has a folder of its own
	table *tabwriter.Writer
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "skarga-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.table = tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer func() { err = errors.Join(err, b.table.Flush()) }() // what is measured is shown, also before an error
	if b.scansOnly {
		return b.scans(ctx)
	}
	if b.mail, err = testserver.StartDovecot(""); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.mail.Stop()) }()
	if b.sink, err = testserver.StartSink("127.0.0.1:0", testserver.SinkOptions{Forget: true}); err != nil {
		return err
	}
	defer b.sink.Close()
	if strings.Contains(strings.Join(b.drivers, ","), "postgres") {
		if b.pg, err = testserver.StartPostgres("", true); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.pg.Close()) }()
	}
	if err := b.throughput(ctx); err != nil {
		return err
	}
	if b.live > 0 {
		if err := b.lively(ctx); err != nil {
			return err
		}
	}
	if b.forms > 0 {
		if err := b.submits(ctx); err != nil {
			return err
		}
	}
	if b.scanned > 0 {
		if err := b.scans(ctx); err != nil {
			return err
		}
	}
	if b.many > 0 {
		if err := b.costs(ctx); err != nil {
			return err
		}
	}
	return nil
}

// throughput fills a mailbox and empties it in every way.
func (b *bench) throughput(ctx context.Context) error {
	gen := newGenerator("bulk")
	validity, err := b.fill("bulk", b.n, gen.next)
	if err != nil {
		return err
	}
	if _, _, err := fetch(b.mail, "bulk", func([]byte) {}); err != nil { // the server's caches are warm for all
		return err
	}
	bytes := 0
	n, plain, err := fetch(b.mail, "bulk", func(raw []byte) { bytes += len(raw) })
	if err != nil || n != b.n {
		return fmt.Errorf("fetched %d of %d: %w", n, b.n, err)
	}
	fmt.Fprintf(b.table, "%d messages, %d MB\tmessages/s\tof fetch and parse\tpeak MB\t\n", b.n, bytes>>20)
	_, parsed, err := fetch(b.mail, "bulk", parse)
	if err != nil {
		return err
	}
	synced, err := mbsync(b.mail, "bulk", b.dir)
	if err != nil {
		return err
	}
	row := func(what string, took time.Duration, peak string) {
		fmt.Fprintf(b.table, "%s\t%.0f\t%.2f\t%s\t\n", what, float64(b.n)/took.Seconds(), parsed.Seconds()/took.Seconds(), peak)
	}
	row("fetch (go-imap)", plain, "")
	row("fetch and parse", parsed, "")
	row("mbsync into a Maildir", synced, "")
	for _, driver := range b.drivers {
		p, err := b.pipeline(driver, "bulk")
		if err != nil {
			return err
		}
		took, peak, err := p.whole(ctx, validity, b.n)
		if err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		row("pipeline to the last acknowledgement, "+driver, took, strconv.FormatInt(peak>>20, 10))
	}
	return nil
}

// lively measures latency.
func (b *bench) lively(ctx context.Context) error {
	fmt.Fprintf(b.table, "\t\t\t\t\nAPPEND to acknowledgement, 5 a second\tmedian ms\tp99 ms\t\t\n")
	for _, driver := range b.drivers {
		user := "live-" + driver
		validity, err := b.fill(user, 0, nil)
		if err != nil {
			return err
		}
		p, err := b.pipeline(driver, user)
		if err != nil {
			return err
		}
		median, p99, err := latency(ctx, p, validity, b.live)
		if err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		fmt.Fprintf(b.table, "%s\t%d\t%d\t\t\n", driver, median.Milliseconds(), p99.Milliseconds())
	}
	return nil
}

// fill puts n messages into a user's INBOX and gives its UIDVALIDITY.
func (b *bench) fill(user string, n int, next func() []byte) (uidValidity uint32, err error) {
	c, err := b.mail.Client(user)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var waiting []*imapclient.AppendCommand
	for range n {
		raw := next()
		cmd := c.Append("INBOX", int64(len(raw)), &imap.AppendOptions{Time: time.Now()})
		if _, err := cmd.Write(raw); err != nil {
			return 0, err
		}
		if err := cmd.Close(); err != nil {
			return 0, err
		}
		waiting = append(waiting, cmd)
	}
	for _, cmd := range waiting {
		if _, err := cmd.Wait(); err != nil {
			return 0, err
		}
	}
	data, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		return 0, err
	}
	return data.UIDValidity, nil
}

// pipeline makes a pipeline over a user's mailbox and an empty database.
func (b *bench) pipeline(driver, user string) (*pipeline, error) {
	b.runs++
	p := &pipeline{skarga: b.skarga, mail: b.mail, user: user, sink: b.sink, dir: filepath.Join(b.dir, fmt.Sprint("run", b.runs)), args: b.args}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, err
	}
	p.db = database{driver: driver, folder: filepath.Join(p.dir, "large"), dsn: filepath.Join(p.dir, "skarga.db")}
	if driver == "postgres" {
		var err error
		if p.db.dsn, _, err = b.pg.Schema(); err != nil { // goes away with the cluster
			return nil, err
		}
	}
	return p, nil
}

// imapBody gives the body of a FETCH item, if it is one.
func imapBody(item imapclient.FetchItemData) (imap.LiteralReader, bool) {
	if b, ok := item.(imapclient.FetchItemDataBodySection); ok && b.Literal != nil {
		return b.Literal, true
	}
	return nil, false
}

func hostPort(addr string) (string, int, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.Atoi(port)
	return host, n, err
}
