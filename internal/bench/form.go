package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"
)

// formFile is the size of the file that each form brings.
const formFile = 1 << 20

// submits measures the last button of the online form: from the press to the page
// that confirms, the reference on it.
func (b *bench) submits(ctx context.Context) error {
	fmt.Fprintf(b.table, "\t\t\t\t\nform with a 1 MB file, 5 a second\tmedian ms\tp95 ms\tpeak MB\t\n")
	for _, driver := range b.drivers {
		user := "form-" + driver
		validity, err := b.fill(user, 0, nil)
		if err != nil {
			return err
		}
		p, err := b.pipeline(driver, user)
		if err != nil {
			return err
		}
		median, p95, peak, err := forms(ctx, p, validity, b.forms)
		if err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		fmt.Fprintf(b.table, "%s\t%d\t%d\t%d\t\n", driver, median.Milliseconds(), p95.Milliseconds(), peak>>20)
	}
	return nil
}

func forms(ctx context.Context, p *pipeline, validity uint32, n int) (median, p95 time.Duration, peak int64, err error) {
	if p.web, err = freeAddress(); err != nil {
		return 0, 0, 0, err
	}
	if err = p.prepare(ctx, validity); err != nil {
		return 0, 0, 0, err
	}
	if err = p.start(); err != nil {
		return 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err = answers(ctx, p.web); err != nil {
		return 0, 0, 0, err
	}
	before := p.sink.Len()
	var all []time.Duration
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		v, err := newVisitor(ctx, "http://"+p.web, i)
		if err != nil {
			return 0, 0, 0, err
		}
		took, err := v.submit()
		if err != nil {
			return 0, 0, 0, err
		}
		all = append(all, took)
	}
	if err := p.sink.Wait(ctx, before+n); err != nil {
		return 0, 0, 0, err
	}
	slices.Sort(all)
	peak, err = p.peak()
	return all[n/2], all[n*95/100], peak, err
}

// freeAddress finds an address on loopback that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// answers waits until the pages are there.
func answers(ctx context.Context, address string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// visitor fills one form in.
type visitor struct {
	ctx    context.Context
	client *http.Client
	base   string
	form   url.Values
}

func newVisitor(ctx context.Context, base string, i int) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &visitor{ctx, &http.Client{Jar: jar}, base, url.Values{
		"about": {"service"}, "happened": {"My internet is slow in Room 214. I spoke to Tomasz on 12 November 2026 about INC-204518."}, "forwhom": {"me"},
		"name": {"Emily Carter"}, "reply": {"email"}, "email": {fmt.Sprintf("emily%d@student.example", i)},
	}}, nil
}

// post sends a page and wants to be led to one whose address ends so.
func (v *visitor) post(path, kind, body, to string) error {
	r, err := http.NewRequestWithContext(v.ctx, "POST", v.base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	res, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(res.Request.URL.Path, to) {
		return fmt.Errorf("bench: %s leads to %s (%d): %.300s", path, res.Request.URL.Path, res.StatusCode, page)
	}
	if to == "/sent" && !bytes.Contains(page, []byte(`id="reference"`)) {
		return errors.New("bench: the reference is not there at once")
	}
	return nil
}

func (v *visitor) submit() (time.Duration, error) {
	const typed = "application/x-www-form-urlencoded"
	steps := []string{"about", "what-happened", "put-it-right", "details", "files"}
	if err := v.post("/en/complaint", typed, "", "/about"); err != nil {
		return 0, err
	}
	for i := range steps[:4] {
		if err := v.post("/en/complaint/"+steps[i], typed, v.form.Encode(), steps[i+1]); err != nil {
			return 0, err
		}
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("files", "evidence.bin")
	if err == nil {
		_, err = io.CopyN(part, rand.Reader, formFile)
	}
	if err = errors.Join(err, w.WriteField("do", "continue"), w.Close()); err != nil {
		return 0, err
	}
	if err := v.post("/en/complaint/files", w.FormDataContentType(), b.String(), "/for-whom"); err != nil {
		return 0, err
	}
	steps = []string{"for-whom", "your-details", "reply", "email", "check"}
	for i := range steps[:4] {
		if err := v.post("/en/complaint/"+steps[i], typed, v.form.Encode(), steps[i+1]); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	err = v.post("/en/complaint/check", typed, "do=continue", "/sent")
	return time.Since(start), err
}
