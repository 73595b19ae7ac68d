package dashboard_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/web/dashboard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// month has forty complaints, one of them with a name that is markup.
func month() figures.Report {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var cases []figures.Case
	var promises []figures.Promise
	for i := range 40 {
		received := from.Add(time.Duration(i*17-60) * time.Hour)
		c := figures.Case{ID: fmt.Sprint(i), Reference: complaint.Reference(fmt.Sprintf("ASK4-26-%05d", i)), Channel: []complaint.Channel{"email", "letter", "form"}[i%3],
			Stage: complaint.StageAcknowledged, Category: []string{"billing", "speed", "", "<b>&"}[i%4], ReceivedAt: received}
		deadline := received.Add(24 * time.Hour)
		p := figures.Promise{ComplaintID: c.ID, Kind: complaint.Acknowledge, State: complaint.Met, TriggerAt: received, Deadline: deadline, MetAt: received.Add(time.Duration(i) * 40 * time.Minute)}
		if i%9 == 8 {
			p.State, p.MetAt = complaint.Open, time.Time{}
		}
		if i%4 == 0 {
			c.Stage, c.EndedAt, c.Result, c.RootCause, c.Redress, c.RedressPence = complaint.StageClosed, received.AddDate(0, 0, 8), "upheld", "old router", "goodwill credit", 1050
			c.Lesson = figures.Lesson{What: "new routers", Owner: "Tomasz Nowak", Due: fmt.Sprintf("2026-12-%02d", i%28+1)}
		}
		cases, promises = append(cases, c), append(promises, p)
	}
	return figures.Make(figures.Period{From: from, To: from.AddDate(0, 1, 0), AsOf: from.AddDate(0, 2, 0)}, cases, promises,
		[]figures.Survey{{State: "invited", DecidedAt: from.AddDate(0, 0, 4), AnsweredAt: from.AddDate(0, 0, 9), Satisfaction: 5, Effort: 2}, {State: "invited", DecidedAt: from.AddDate(0, 0, 4), AnsweredAt: from.AddDate(0, 0, 9), Satisfaction: 2,
			Lesson: figures.Lesson{What: "answer <the> phone", Owner: "Anna Kowalska", Due: "2026-11-20"}}})
}

func TestTextIsAsRead(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := dashboard.Text(&b, month()); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/month.txt"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryNumberHasItsReferences(t *testing.T) {
	t.Parallel()
	for _, s := range dashboard.Sections(month()) {
		for _, r := range s.Rows {
			if len(r.Cells) != len(s.Head) {
				t.Errorf("%s, %q: %d cells under %d heads", s.ID, r.Cells[0], len(r.Cells), len(s.Head))
			}
			if len(r.Lists) != len(r.Cells) {
				t.Fatalf("%s, %q: %d cells and %d lists", s.ID, r.Cells[0], len(r.Cells), len(r.Lists))
			}
			for i, c := range r.Cells {
				n, err := strconv.Atoi(c)
				if i > 0 && s.ID != "lessons" && !r.Lists[i].Figure || err == nil && i > 0 && r.Lists[i].N() != n {
					t.Errorf("%s, %q, column %d: %s, and a list of %d", s.ID, r.Cells[0], i, c, r.Lists[i].N())
				}
				if err != nil && r.Lists[i].Figure && (c == "–") == (r.Lists[i].N() > 0) && c != "0.0\u00a0%" {
					t.Errorf("%s, %q: %s is made of %d", s.ID, r.Cells[0], c, r.Lists[i].N())
				}
			}
		}
	}
}

// TestPageStandsAlone parses the page: it loads nothing, and what people typed is text.
func TestPageStandsAlone(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := dashboard.HTML(&b, "ASK4 <script>alert(1)</script>", month()); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		seen[n.Data]++
		for _, a := range n.Attr {
			if strings.Contains(a.Val, "//") && a.Key != "xmlns" && a.Key != "xlink" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s=%q> loads or runs something", n.Data, a.Key, a.Val)
			}
		}
	}
	if seen["script"]+seen["b"]+seen["link"]+seen["img"] > 0 || seen["svg"] != 6 || seen["h1"] != 1 {
		t.Errorf("elements: %v", seen)
	}
	if css := regexp.MustCompile(`url\(|@import`).FindString(b.String()); css != "" {
		t.Errorf("the styles load something: %s", css)
	}
}

func TestCSVAndJSONAreReadBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := dashboard.CSV(&b, month()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) < 20 || len(rows[1]) != 6 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	columns := map[string]bool{}
	for _, row := range rows[1:] {
		if key := row[0] + "|" + row[1] + "|" + row[2] + "|" + row[4]; columns[key] && row[0] != "lessons" {
			t.Errorf("two figures are %s", key)
		} else {
			columns[key] = true
		}
		if _, err := strconv.ParseFloat(row[3], 64); err != nil && row[3] != "" && row[0] != "lessons" {
			t.Errorf("%s is no number: %q", row, row[3])
		}
	}
	b.Reset()
	if err := dashboard.JSON(&b, month()); err != nil {
		t.Fatal(err)
	}
	var got figures.Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.Balance.Received.N != month().Balance.Received.N || !got.Balance.AddsUp() {
		t.Errorf("read back: %+v, %v", got.Balance, err)
	}
}

// TestCSVReckonsWithNoWordsOfPeople looks at what a spreadsheet would take for a formula.
func TestCSVReckonsWithNoWordsOfPeople(t *testing.T) {
	t.Parallel()
	r := month()
	for i, name := range []string{`=HYPERLINK("https://evil.example")`, "+1", "-1", "@sum", "\tx"} {
		r.Teams = append(r.Teams, figures.Named{Name: name})
		r.Lessons[i].What = name
	}
	var b bytes.Buffer
	if err := dashboard.CSV(&b, r); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("%q begins as a formula does", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				held++
			}
		}
	}
	if held != 2 {
		t.Errorf("%d of two formulas are words now", held)
	}
}

func TestEmptyPeriodIsAReportToo(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	r := figures.Make(figures.Period{From: from, To: from.AddDate(0, 1, 0), AsOf: from}, nil, nil, nil)
	if err := dashboard.HTML(&b, "ASK4", r); err != nil || strings.Contains(b.String(), "<svg") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// TestBarsAreSeen: however long a period is, what came in each part of it is a bar that has
// a width, and no label stands on another.
func TestBarsAreSeen(t *testing.T) {
	t.Parallel()
	bar := regexp.MustCompile(`M (\d+) \d+\s+L (\d+) \d+\s+L \d+ \d+\s+L \d+ \d+\s+L \d+ \d+" style="stroke:none;fill:rgb\(31,111,178\)"`)
	label := regexp.MustCompile(`<text x="(\d+)" y="238"[^>]*>([^<]+)<`) // below the bars
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for days, atLeast := range map[int]int{1: 1, 7: 7, 28: 28, 29: 29, 31: 31, 60: 8, 100: 14, 366: 12, 800: 26, 3000: 8} {
		var cases []figures.Case
		for i := range days {
			cases = append(cases, figures.Case{ID: fmt.Sprint(i), Reference: "R", Channel: complaint.ChannelEmail, Stage: complaint.StageReceived, ReceivedAt: from.AddDate(0, 0, i).Add(time.Hour)})
		}
		all, err := dashboard.Charts(figures.Make(figures.Period{From: from, To: from.AddDate(0, 0, days), AsOf: from.AddDate(0, 0, days)}, cases, nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		last := -20
		for _, m := range label.FindAllStringSubmatch(string(all[0].SVG), -1) {
			x, _ := strconv.Atoi(m[1])
			if x-last < 14 {
				t.Errorf("%d days: the label %q stands on the one before it", days, m[2])
			}
			last = x
		}
		seen := 0
		for _, m := range bar.FindAllStringSubmatch(string(all[0].SVG), -1) {
			if m[1] != m[2] {
				seen++
			}
		}
		if seen < atLeast {
			t.Errorf("%d bars are seen of %d days, want %d", seen, days, atLeast)
		}
	}
}

// TestLabelsOfDaysStandApart draws spans of days: no label runs into the next one.
func TestLabelsOfDaysStandApart(t *testing.T) {
	t.Parallel()
	label := regexp.MustCompile(`<text x="(\d+)" y="238"[^>]*>([^<]+)</text>`)
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, days := range []int{1, 7, 16, 17, 18, 27, 28, 29, 30, 31, 60, 92, 200, 217, 365, 800, 930} {
		r := figures.Make(figures.Period{From: from, To: from.AddDate(0, 0, days), AsOf: from.AddDate(0, 0, days)},
			[]figures.Case{{ID: "1", Channel: "email", Stage: complaint.StageAcknowledged, ReceivedAt: from}}, nil, nil)
		all, err := dashboard.Charts(r)
		if err != nil {
			t.Fatal(err)
		}
		free := 0
		labels := label.FindAllStringSubmatch(string(all[0].SVG), -1)
		for _, l := range labels {
			x, _ := strconv.Atoi(l[1])
			if x < free {
				t.Errorf("%d days: the label %s at %d runs into the one before, which ends at %d", days, l[2], x, free)
			}
			free = x + 6*len(l[2])
		}
		if len(labels) == 0 {
			t.Errorf("%d days: no labels", days)
		}
	}
}
