package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// manager is who reads the pages; made by `skarga staff add`.
const manager = "Bench Manager"

// pageRate is how many pages of the console are asked for a second.
const pageRate = 20

// console measures the pages of the staff over a store that is there already: the
// queue, a complaint and a search, mixed, at pageRate.
func (b *bench) console(ctx context.Context, p *pipeline) (err error) {
	refs, err := references(ctx, p.db, 200)
	if err != nil {
		return err
	}
	if p.web, err = freeAddress(); err != nil {
		return err
	}
	if err = p.start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err = answers(ctx, p.web); err != nil {
		return err
	}
	client, err := p.signIn(ctx)
	if err != nil {
		return err
	}
	words := []string{"refund", "internet", "corrid", "exam refund", "room 417", "INC-204518"} // in all texts, in few, in none
	pages := []struct {
		name    string
		address func() string
		took    []time.Duration
	}{
		{"queue", func() string { return "/staff/" }, nil},
		{"complaint", func() string { return "/staff/complaint/" + string(refs[rand.IntN(len(refs))]) }, nil},
		{"search", func() string { return "/staff/?q=" + url.QueryEscape(words[rand.IntN(len(words))]) }, nil},
	}
	tick := time.NewTicker(time.Second / pageRate)
	defer tick.Stop()
	for i := range b.pages + len(pages) {
		<-tick.C
		page := &pages[i%len(pages)]
		start := time.Now()
		if err := look(ctx, client, "http://"+p.web+page.address()); err != nil {
			return err
		}
		if i >= len(pages) { // the first of each compiles statements and fills caches
			page.took = append(page.took, time.Since(start))
		}
	}
	start := time.Now()
	if err := exec.CommandContext(ctx, p.skarga, "--config", p.config(), "--as", manager, "report", "--format", "json").Run(); err != nil {
		return fmt.Errorf("bench: skarga report: %w", err)
	}
	took := time.Since(start)
	peak, err := p.peak()
	for _, page := range pages {
		slices.Sort(page.took)
		n := len(page.took)
		fmt.Fprintf(b.table, "%s, %s\t%d\t%d\t%d\t\n", page.name, p.db.driver, page.took[n/2].Milliseconds(), page.took[n*95/100].Milliseconds(), peak>>20)
	}
	fmt.Fprintf(b.table, "skarga report of a month with all of them, %s\t%d\t\t\t\n", p.db.driver, took.Milliseconds())
	return err
}

// references gives up to n complaints of a store, of those whose references are whole:
// copies have them with a number behind.
func references(ctx context.Context, d database, n int) (refs []complaint.Reference, err error) {
	db, err := sql.Open(d.driver, d.dsn)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, fmt.Sprintf("SELECT reference FROM complaints WHERE length(reference) = %d LIMIT %d", len("ASK4-26-K7Q2M-4"), n))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ref complaint.Reference
		if err := rows.Scan(&ref); err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	if len(refs) == 0 {
		return nil, errors.Join(rows.Err(), errors.New("bench: the store has no complaint with a whole reference"))
	}
	return refs, rows.Err()
}

// signIn makes an account and lets it in by a recovery code.
func (p *pipeline) signIn(ctx context.Context) (*http.Client, error) {
	out, err := exec.CommandContext(ctx, p.skarga, "--config", p.config(), "--json", "staff", "add", manager, "--role", string(complaint.Manager)).Output()
	if err != nil {
		return nil, fmt.Errorf("bench: skarga staff add: %w", err)
	}
	var keys struct {
		Password string
		Recovery []string
	}
	if err := json.Unmarshal(out, &keys); err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar}
	res, err := client.PostForm("http://"+p.web+"/staff/sign-in", url.Values{"name": {manager}, "password": {keys.Password}, "code": {keys.Recovery[0]}})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if strings.HasSuffix(res.Request.URL.Path, "/sign-in") {
		return nil, errors.New("bench: the door stays closed")
	}
	return client, nil
}

// look asks for a page of the console and reads all of it.
func look(ctx context.Context, client *http.Client, address string) error {
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || res.Request.URL.Path == "/staff/sign-in") {
		err = fmt.Errorf("bench: %s answers %d at %s: %.200s", address, res.StatusCode, res.Request.URL.Path, page)
	}
	return err
}
