package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/cmd/skarga/demo"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web/door"
)

type demoCmd struct {
	Once bool   `help:"End after the letters; exit 0 only if every one got its right outcome."`
	To   string `help:"Folder for the printed letters; empty: the folder for temporary files." placeholder:"FOLDER" type:"path"`
}

// demoWait is how long one letter may take before the demo says that it hangs.
const demoWait = 60 * time.Second

// Run starts a small world on loopback, sends letters into it, and shows what
// became of each.
func (c demoCmd) Run(s *session) (err error) {
	dir, err := os.MkdirTemp("", "skarga-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	world, err := demo.Start()
	if err != nil {
		return err
	}
	defer world.Close()
	logFile, err := os.Create(filepath.Join(dir, "skarga.log"))
	if err != nil {
		return err
	}
	defer logFile.Close()
	cfg, err := demoConfig(world, dir)
	if err != nil {
		return err
	}
	a, err := assemble(s.ctx, cfg, logFile)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, stop := context.WithCancel(s.ctx)
	served := make(chan error, 1)
	go func() { served <- a.serve(ctx, time.Time{}) }()
	defer func() {
		stop()
		if e := <-served; e != nil && !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}()
	show := &demoShow{session: s, app: a, world: world, at: time.Now(), folder: cmp.Or(c.To, os.TempDir()), arrivals: map[string]complaint.Arrival{}}
	if err := show.play(ctx); err != nil {
		return err
	}
	if c.Once || show.wrong > 0 {
		if show.wrong > 0 {
			return fmt.Errorf("%d of %d messages got a wrong outcome", show.wrong, show.seen)
		}
		return nil
	}
	return show.stay(ctx)
}

// demoConfig is the shipped configuration with the demo's servers in it.
func demoConfig(w *demo.World, dir string) (config.Config, error) {
	cfg, err := config.Shipped()
	if err != nil {
		return cfg, err
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(demo.Password), 0o600); err != nil {
		return cfg, err
	}
	cfg.Database.Path, cfg.Database.Folder = filepath.Join(dir, "skarga.db"), filepath.Join(dir, "large")
	imapHost, imapPort, err := hostPort(w.IMAPAddr)
	if err != nil {
		return cfg, err
	}
	cfg.Mailboxes = []config.Mailbox{{Account: "demo", Host: imapHost, Port: imapPort, TLS: "none", User: demo.User, Auth: "login", PasswordFile: password, Folder: "INBOX"}}
	cfg.SMTP.Host, cfg.SMTP.Port, err = hostPort(w.SMTPAddr)
	cfg.SMTP.TLS, cfg.SMTP.User, cfg.SMTP.PasswordFile = "none", "", ""
	cfg.Serve.HealthAddress, cfg.Web.Address = "", "127.0.0.1:0"
	cfg.Intake.PhoneSystems = []string{"pbx@ask4.com"}
	cfg.Intake.Poll = config.Duration(time.Second)
	cfg.Staff = []config.Staff{
		{Name: "Sarah Whitfield", Role: "support"}, {Name: "Tomasz Nowak", Role: "support"}, {Name: "Anna Kowalska", Role: "manager"}, {Name: "Marek Post", Role: "mailroom"},
	}
	return cfg, errors.Join(err, demoPost(&cfg, dir))
}

func hostPort(addr string) (string, int, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.Atoi(port)
	return host, n, err
}

// demoShow plays the letters and tells what became of them.
type demoShow struct {
	*session
	app      *app
	world    *demo.World
	at       time.Time                    // one time for all letters, so that the second copy is a duplicate
	arrivals map[string]complaint.Arrival // first arrival of each letter's file
	folder   string                       // where printed letters stay
	count    int                          // arrivals so far
	seen     int
	wrong    int
}

// play sends both rounds and prints the result.
func (d *demoShow) play(ctx context.Context) error {
	if err := d.started(ctx); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "Skarga takes in %d messages, on %s.\n\n", len(demo.First)+len(demo.Second), d.app.cfg.Database.Driver)
	for _, l := range slices.Concat(demo.First, demo.Second) {
		facts, err := d.facts(ctx, l)
		if err != nil {
			return err
		}
		raw, err := l.Render(facts, d.at)
		if err != nil {
			return err
		}
		if err := d.world.Deliver(raw); err != nil {
			return err
		}
		if err := d.await(ctx, l); err != nil {
			return err
		}
	}
	if err := d.post(ctx); err != nil {
		return err
	}
	if err := d.list(ctx); err != nil {
		return err
	}
	if err := d.letter(ctx); err != nil {
		return err
	}
	return d.report(ctx)
}

// started waits until the mailbox was read for the first time: intake starts at
// that moment, and what is there before is older mail.
func (d *demoShow) started(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, demoWait)
	defer cancel()
	for {
		pos, err := d.app.store.Position(ctx, "demo", "INBOX")
		if err != nil {
			return err
		}
		if !pos.LastOK.IsZero() {
			return nil
		}
		if err := d.pause(ctx); err != nil {
			return fmt.Errorf("the mailbox was not read: %w", err)
		}
	}
}

// facts finds what a letter of the second round must quote: the answer to the
// letter that it speaks of.
func (d *demoShow) facts(ctx context.Context, l demo.Letter) (demo.Facts, error) {
	if l.About == "" {
		return demo.Facts{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, demoWait)
	defer cancel()
	view, err := d.view(ctx, d.arrivals[l.About].ComplaintID)
	if err != nil {
		return demo.Facts{}, err
	}
	for {
		for _, m := range view.Deliveries {
			if m.Status == complaint.Sent {
				raw, err := d.sent(ctx, m.MessageID)
				if err != nil {
					return demo.Facts{}, err
				}
				msg, err := mail.ReadMessage(bytes.NewReader(raw))
				if err != nil {
					return demo.Facts{}, err
				}
				return demo.Facts{Reference: view.Complaint.Reference, AckID: m.MessageID, Subject: msg.Header.Get("Subject")}, nil
			}
		}
		if err := d.pause(ctx); err != nil {
			return demo.Facts{}, err
		}
		if view, err = d.view(ctx, view.Complaint.ID); err != nil {
			return demo.Facts{}, err
		}
	}
}

// view reads a complaint with all that belongs to it.
func (d *demoShow) view(ctx context.Context, id string) (store.View, error) {
	c, err := d.app.store.GetComplaintByID(ctx, id)
	if err != nil {
		return store.View{}, err
	}
	return d.app.store.ComplaintView(ctx, c.Reference)
}

// sent waits for the message with that id to leave.
func (d *demoShow) sent(ctx context.Context, messageID string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, demoWait)
	defer cancel()
	for {
		out, more := d.world.Outbox()
		for _, m := range out {
			if bytes.Contains(m.Raw, []byte(messageID)) {
				return m.Raw, nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, fmt.Errorf("no mail left with Message-ID %s: %w", messageID, ctx.Err())
		}
	}
}

// pause waits a moment between two looks at the store.
func (d *demoShow) pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(5 * time.Millisecond):
		return nil
	}
}

// await waits until the letter has its outcome, and its answer if it gets one,
// and prints a line about it.
func (d *demoShow) await(ctx context.Context, l demo.Letter) error {
	ctx, cancel := context.WithTimeout(ctx, demoWait)
	defer cancel()
	for {
		list, err := d.app.store.ListArrivals(ctx, store.ArrivalFilter{Limit: 1000})
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(x, y complaint.Arrival) int { return strings.Compare(x.ID, y.ID) })
		if len(list) > d.count && list[d.count].Outcome != complaint.Pending {
			a := list[d.count]
			d.count++
			if d.arrivals[l.File].ID == "" {
				d.arrivals[l.File] = a
			}
			return d.tell(ctx, l, a)
		}
		if err := d.pause(ctx); err != nil {
			return fmt.Errorf("letter %s: no outcome: %w", l.File, err)
		}
	}
}

// opensDoor makes an account for everybody on the staff list and gives what to sign in
// with, as often as codes are there.
func (d *demoShow) opensDoor(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, p := range d.app.cfg.People() {
		acc, keys, err := door.Fill(complaint.Account{Name: p.Name, CreatedAt: time.Now(), ChangedAt: time.Now()}, "Skarga demo")
		if err != nil {
			return "", err
		}
		if err := d.app.store.SetAccount(ctx, acc); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %-15s  %-8s  password %s\n", p.Name, p.Role, keys.Password)
		for some := range slices.Chunk(keys.Recovery, 5) {
			fmt.Fprintf(&b, "    %s\n", strings.Join(some, "  "))
		}
	}
	return b.String(), nil
}

// stay keeps the world up for letters of one's own.
func (d *demoShow) stay(ctx context.Context) error {
	host, port, err := hostPort(d.world.SMTPAddr)
	if err != nil {
		return err
	}
	staff, err := d.opensDoor(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, `
Skarga stays up. Send it a message of your own to %s,
by SMTP on %s port %d, with any mail program, or with a curl that speaks SMTP:

  printf 'From: me@example.org\nTo: %s\nSubject: My complaint\n\nThe Wi-Fi is slow.\n' |
    curl -s smtp://%s:%d --mail-from me@example.org --mail-rcpt %s -T -

Or complain in a browser: %s
Staff sign in at %s/staff/ as one of these. Each code works once: take the next one to
sign in again; a demo that is started anew gives new ones.
%s
Answers appear here. Stop with Ctrl-C.
`, demo.User, host, port, demo.User, host, port, demo.User, d.app.webURL.Load(), d.app.webURL.Load(), staff)
	shown, _ := d.world.Outbox()
	for n := len(shown); ; {
		out, more := d.world.Outbox()
		for ; n < len(out); n++ {
			fmt.Fprintf(d.out, "\n— to %s —\n%s\n", out[n].To, plainText(out[n].Raw))
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil
		}
	}
}
