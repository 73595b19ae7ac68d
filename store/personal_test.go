package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// stays says why text stays when the content of people is erased: column by column,
// or "*" for all that a table has beside what personal.go names.
var stays = map[string]map[string]string{
	"keys":           {"*": "secrets of the firm"},
	"settings":       {"*": "of the firm"},
	"mailboxes":      {"*": "of the firm"},
	"print_runs":     {"*": "names of runs"},
	"scan_batches":   {"*": "of the mailroom: counts, times and who did it"},
	"chains":         {"*": "hashes"},
	"events":         {"*": "who, when and what happened, and hashes; the payload goes"},
	"done_once":      {"*": "names of deeds of the clock, with IDs"},
	"rates":          {"*": "counters of an hour, by keyed hashes"},
	"staff_accounts": {"*": "of staff"},
	"bodies":         {"*": "of the firm, and who set them"},
	"calendar_days":  {"*": "days of the firm, and who set them"},
	"abouts":         {"*": "names of staff (P8), for as long as the record is kept"},
	"saved_filters":  {"*": "what staff look for"},
	"erasures":       {"*": "the log of erasures"},
	"erased":         {"*": "which complaints are erased"},
	"erasure_items":  {"*": "copies that are to go; emptied when they are gone"},
	"complaints": {"id": "", "reference": "stays", "channel": "a word of a list", "stage": "a word of a list", "language": "a word of a list",
		"reply_by": "a word of a list", "previous_id": "an ID", "search": "holds the reference from then on"},
	"arrivals": {"id": "", "channel": "a word of a list", "account": "of the firm", "mailbox": "of the firm", "sha256": "a hash: the same scan is known again",
		"outcome": "a word of a list", "complaint_id": "", "proposed_id": "", "lease_owner": "of the firm"},
	"identities":  {"content_hash": "a hash: what comes in again is known as erased", "arrival_id": ""},
	"obligations": {"id": "", "complaint_id": "", "kind": "a word of a list", "state": "a word of a list", "calendar": "of the firm"},
	"deliveries": {"id": "", "complaint_id": "", "obligation_id": "", "kind": "a word of a list", "envelope_from": "ours", "env_id": "ours", "message_id": "ours, signed",
		"status": "a word of a list", "lease_owner": "of the firm", "way": "a word of a list"},
	"links":     {"id": "", "arrival_id": "", "complaint_id": "", "state": "a word of a list"},
	"decisions": {"id": "", "arrival_id": "", "actor": "staff", "action": "a word of a list", "undone_by": "staff"},
	"records": {"complaint_id": "", "updated_by": "staff", "owner": "staff", "team": "of the firm", "category": "stays", "result": "stays", "lesson_owner": "staff",
		"lesson_due": "a date", "lesson_done": "a date", "personal_state": "stays", "personal_by": "staff", "conduct_state": "stays", "conduct_by": "staff",
		"responded_by": "staff", "responders": "staff", "reviewer": "staff", "reviewers": "staff", "merged_into": "an ID", "matter": "what many complaints share, e.g. an outage", "closed_because": "a word of a list"},
	"deeds":            {"id": "", "complaint_id": "", "actor": "staff"},
	"tasks":            {"id": "", "complaint_id": "", "made_by": "staff", "done_by": "staff"},
	"customer_replies": {"arrival_id": "", "complaint_id": "", "wish": "a word of a list", "delivery_id": "", "settled_by": "staff"},
	"surveys": {"id": "", "source": "a word of a list", "complaint_id": "", "language": "a word of a list", "state": "a word of a list", "delivery_id": "",
		"lesson_owner": "staff", "lesson_due": "a date", "lesson_done": "a date"},
	"survey_answers": {"survey_id": "", "language": "a word of a list"},
	"scan_files":     {"id": "a hash", "received_from": "a word of a list", "state": "a word of a list", "engine": "of the firm", "lease_owner": "of the firm"},
	"scan_letters":   {"arrival_id": "", "file_id": "a hash", "batch_id": "", "checked_by": "staff"},
	"search_texts":   {"id": ""},
	"scan_pages":     {"file_id": "a hash", "kind": "a word of a list", "batch_id": "", "arrival_id": ""},
}

// TestErasureKnowsEveryColumn walks the schema: a column of text or bytes that nobody
// has thought about fails.
func TestErasureKnowsEveryColumn(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		columns := must[[]store.Column](t)(s.Columns(t.Context()))
		there := map[string]bool{}
		for _, c := range columns {
			there[c.Table+"."+c.Name], there[c.Table+".*"] = true, true
			_, all := stays[c.Table]["*"]
			_, one := stays[c.Table][c.Name]
			switch does := store.Erases(c.Table, c.Name); {
			case !c.Text:
			case does == "" && !all && !one:
				t.Errorf("%s.%s: may it hold what people wrote or who they are? Then personalContent in store/personal.go must empty it; else say in this test why it stays", c.Table, c.Name)
			case does != "" && one && does != "set":
				t.Errorf("%s.%s is %s, and said to stay", c.Table, c.Name, does)
			}
		}
		for table, list := range stays {
			for column := range list {
				if !there[table+"."+column] {
					t.Errorf("%s.%s is said to stay and is not in the schema", table, column)
				}
			}
		}
	})
}

// TestErasureEmptiesEveryPlaceOfOneAndNoneOfAnother puts two people into every place
// where content of people is kept, and erases one.
func TestErasureEmptiesEveryPlaceOfOneAndNoneOfAnother(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		w := world{t, s, must[[]store.Column](t)(s.Columns(t.Context()))}
		w.person("anna")
		w.person("jan")
		inTx(t, s, func(tx *store.Tx) error {
			for _, who := range []string{"anna", "jan"} {
				tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: "c-" + who, At: monday, Actor: "x", Kind: "told", Payload: []byte(`{"said":"MARK` + who + `"}`)})
			}
			return nil
		})
		inTx(t, s, func(tx *store.Tx) error {
			e, err := tx.Erase(t.Context(), complaint.Erasure{ID: "e1", At: monday, Actor: "Zofia", Rule: complaint.ErasureAsked}, complaint.Scope{Complaints: []string{"c-anna"}})
			if e.Complaints != 1 || e.Arrivals != 1 || e.Deliveries != 1 {
				t.Errorf("erased %+v", e)
			}
			tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: "c-anna", At: monday, Actor: "Zofia", Kind: "erased"})
			return err
		})
		left := map[string]bool{}
		for _, c := range w.columns {
			for _, text := range must[[]string](t)(s.Texts(t.Context(), c.Table)) {
				if strings.Contains(text, "MARKanna") && c.Table != "erasure_items" {
					t.Errorf("%s still holds %s", c.Table, text)
				}
				if column, said, _ := strings.Cut(text, "="); strings.Contains(said, "MARKjan") {
					left[c.Table+"."+column] = true
				}
			}
		}
		for _, c := range w.columns {
			if does := store.Erases(c.Table, c.Name); (does == "emptied" || does == "set") && c.Name != "search" && w.marks(c) && !left[c.Table+"."+c.Name] {
				t.Errorf("%s.%s of another person is gone", c.Table, c.Name)
			}
		}
		for subject, err := range s.VerifyAll(t.Context()) {
			if err != nil {
				t.Errorf("history of %s: %v", subject, err)
			}
		}
		kinds := map[complaint.CopyKind]int{}
		for _, c := range must[[]complaint.Copy](t)(s.Copies(t.Context())) {
			kinds[c.Kind]++
		}
		if kinds[complaint.CopyMessage] != 1 || kinds[complaint.CopyPrint] != 1 || kinds[complaint.CopyUpload] != 1 || kinds[complaint.CopyScan] != 1 || kinds[complaint.CopyBytes] != 2 {
			t.Errorf("copies %v", kinds)
		}
	})
}

// TestErasedWordsLeaveTheFilesOfSQLite looks for what was erased in the bytes of the
// database's files, where free pages and old segments of an index would keep it.
func TestErasedWordsLeaveTheFilesOfSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := must[*store.Store](t)(store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: dir + "/s.db", BlobDir: dir + "/blobs"}))
	defer s.Close()
	keep(t, s.Migrate(t.Context()))
	for i := range 200 { // neighbours, so that pages are shared
		id := fmt.Sprintf("c%03d", i)
		inTx(t, s, func(tx *store.Tx) error {
			c := newComplaint(id)
			c.Summary, c.CustomerName = strings.Repeat("Wyjątkowosłowo"+id+" ", 40), "Wyjątkowosłowo"+id
			tx.CreateComplaint(c, nil, nil, nil)
			tx.SetText(id, c.Summary)
			return nil
		})
	}
	holds := func(word string) (files []string) {
		t.Helper()
		for _, name := range must[[]string](t)(filepath.Glob(dir + "/s.db*")) {
			for _, form := range []string{word, complaint.Words(word)[0]} {
				if bytes.Contains(must[[]byte](t)(os.ReadFile(name)), []byte(form)) {
					files = append(files, filepath.Base(name)+": "+form)
				}
			}
		}
		return files
	}
	for _, id := range []string{"c007", "c100"} {
		if len(holds("Wyjątkowosłowo"+id)) == 0 {
			t.Fatal("the test does not find what is there")
		}
	}
	inTx(t, s, func(tx *store.Tx) error {
		_, err := tx.Erase(t.Context(), complaint.Erasure{ID: "e1", At: monday, Rule: complaint.ErasureAsked}, complaint.Scope{Complaints: []string{"c007", "c100"}})
		return err
	})
	keep(t, s.Forget(t.Context()))
	for _, id := range []string{"c007", "c100"} {
		if files := holds("Wyjątkowosłowo" + id); len(files) > 0 {
			t.Errorf("%s is still in %q", id, files)
		}
	}
	if len(holds("Wyjątkowosłowoc101")) == 0 {
		t.Error("a neighbour is gone")
	}
}

// world fills tables.
type world struct {
	*testing.T
	s       *store.Store
	columns []store.Column
}

// marks says whether a column of the world holds a mark: not those whose words are of
// a list.
func (w world) marks(c store.Column) bool {
	return c.Text && c.Table+"."+c.Name != "complaints.needs" && c.Table+"."+c.Name != "deliveries.status"
}

// row inserts a row: keys and words of a list as given, marks where content of people
// is kept, else nothing.
func (w world) row(table, who string, given map[string]any) {
	w.Helper()
	var names, marks []string
	var values []any
	for _, c := range w.columns {
		if c.Table != table {
			continue
		}
		v, ok := given[c.Name]
		switch {
		case ok:
		case c.Text && store.Erases(table, c.Name) != "" && w.marks(c):
			v = "MARK" + who
			if c.Name == "raw" || c.Name == "before_state" {
				v = []byte("MARK" + who)
			}
		case c.Text:
			v = ""
		default:
			v = int64(0)
		}
		names, marks, values = append(names, c.Name), append(marks, "?"), append(values, v)
	}
	if err := w.s.Exec(w.Context(), fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), values...); err != nil {
		w.Fatalf("%s: %v", table, err)
	}
}

// person puts a person into every place.
func (w world) person(who string) {
	w.Helper()
	c, a, d, f := "c-"+who, "a-"+who, "d-"+who, "f-"+who
	at := int64(1_700_000_000_000)
	w.row("complaints", who, map[string]any{"id": c, "reference": "ASK4-26-" + who, "channel": "email", "stage": "closed", "reply_by": "email", "closed_at": at})
	w.row("records", who, map[string]any{"complaint_id": c, "version": int64(1)})
	w.row("arrivals", who, map[string]any{"id": a, "channel": "letter", "outcome": "complaint", "complaint_id": c, "account": "main-" + who, "reasons": `["MARK` + who + `"]`,
		"damaged": `["MARK` + who + `"]`, "sha256": strings.Repeat("a", 64), "blob": "MARK" + who})
	w.row("arrival_bytes", who, map[string]any{"arrival_id": a})
	w.row("identities", who, map[string]any{"arrival_id": a, "content_hash": "hash-" + who})
	w.row("parties", who, map[string]any{"complaint_id": c, "role": "customer"})
	w.row("evidence", who, map[string]any{"complaint_id": c, "kind": "name"})
	w.row("details", who, map[string]any{"complaint_id": c, "arrival_id": "", "kind": "name"})
	w.row("obligations", who, map[string]any{"id": "o-" + who, "complaint_id": c, "kind": "update", "state": "met", "round": int64(1), "steps": `["MARK` + who + `"]`})
	w.row("message_ids", who, map[string]any{"complaint_id": c, "created_at": at})
	w.row("deliveries", who, map[string]any{"id": d, "complaint_id": c, "status": "sent", "way": "letter"})
	w.row("delivery_bytes", who, map[string]any{"delivery_id": d})
	w.row("links", who, map[string]any{"id": "l-" + who, "arrival_id": a, "complaint_id": c, "state": "refused"})
	w.row("decisions", who, map[string]any{"id": "x-" + who, "arrival_id": a})
	w.row("deeds", who, map[string]any{"id": "g-" + who, "complaint_id": c})
	w.row("tasks", who, map[string]any{"id": "t-" + who, "complaint_id": c})
	w.row("answer_drafts", who, map[string]any{"complaint_id": c, "state": "writing", "kind": "update"})
	w.row("customer_replies", who, map[string]any{"arrival_id": a, "complaint_id": c})
	w.row("surveys", who, map[string]any{"id": "s-" + who, "complaint_id": c, "source": "closure", "state": "invited", "decided_at": at})
	w.row("survey_answers", who, map[string]any{"survey_id": "s-" + who})
	w.row("form_drafts", who, map[string]any{"id": f, "complaint_id": c, "created_at": at, "updated_at": at})
	w.row("form_uploads", who, map[string]any{"id": "u-" + who, "draft_id": f, "size": int64(1), "created_at": at})
	w.row("one_time_links", who, map[string]any{"token_hash": "h-" + who, "subject": c, "created_at": at, "expires_at": at})
	w.row("sessions", who, map[string]any{"token_hash": "h-" + who, "kind": "customer", "subject": c, "created_at": at, "seen_at": at, "expires_at": at})
	w.row("scan_batches", who, map[string]any{"id": "b-" + who, "received_from": "sheet", "received_at": at, "registered_at": at})
	w.row("scan_files", who, map[string]any{"id": "file-" + who, "received_from": "given", "state": "read", "file_at": at, "taken_at": at, "received_at": at})
	w.row("scan_letters", who, map[string]any{"arrival_id": a, "file_id": "file-" + who, "batch_id": "b-" + who})
	w.row("scan_pages", who, map[string]any{"file_id": "file-" + who, "number": int64(1), "kind": "letter", "arrival_id": a})
	w.row("search_texts", who, map[string]any{"seq": at + int64(len(who)), "id": a, "words": "MARK" + who})
	for _, table := range w.tables() {
		if !slices.Contains(must[[]string](w.T)(w.holds(who)), table) {
			w.Errorf("nobody put %s into %s: add a row to person", who, table)
		}
	}
}

// tables lists the tables that hold content of people, but histories.
func (w world) tables() (list []string) {
	for _, c := range w.columns {
		if store.Erases(c.Table, c.Name) != "" && c.Table != "event_payloads" && !slices.Contains(list, c.Table) {
			list = append(list, c.Table)
		}
	}
	return list
}

// holds lists the tables with something of a person.
func (w world) holds(who string) (list []string, err error) {
	for _, table := range w.tables() {
		texts, err := w.s.Texts(w.Context(), table)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(texts, func(s string) bool { return strings.HasSuffix(s, "-"+who) || strings.Contains(s, "MARK"+who) }) {
			list = append(list, table)
		}
	}
	return list, nil
}

// TestErasedContentIsKnownWhenItComesAgain: mail that the mail server keeps is not a
// new complaint when a mailbox is read anew.
func TestErasedContentIsKnownWhenItComesAgain(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, _ func() *store.Store) {
		must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{arrival(1, "x"), arrival(2, "x"), arrival(3, "y")}))
		id := func(n int, content string) complaint.Identity {
			return complaint.Identity{ArrivalID: fmt.Sprintf("a%05d", n), MessageID: "m@p", ContentHash: content}
		}
		inTx(t, s, func(tx *store.Tx) error {
			tx.CreateComplaint(newComplaint("c1"), nil, nil, nil)
			a := must[complaint.Arrival](t)(tx.GetArrival(t.Context(), "a00001"))
			a.Outcome, a.ComplaintID = complaint.ToComplaint, "c1"
			tx.SetArrival(a)
			_, err := tx.RegisterIdentities(t.Context(), []complaint.Identity{id(1, "h")})
			return err
		})
		inTx(t, s, func(tx *store.Tx) error {
			_, err := tx.Erase(t.Context(), complaint.Erasure{ID: "e1", At: monday, Rule: complaint.ErasureAsked}, complaint.Scope{Complaints: []string{"c1"}})
			return err
		})
		inTx(t, s, func(tx *store.Tx) error {
			known, err := tx.RegisterIdentities(t.Context(), []complaint.Identity{id(2, "h"), id(3, "other")})
			if err == nil && (known[0].FirstArrivalID != "a00001" || known[0].FirstComplaintID != "c1" || known[1].FirstArrivalID != "a00003") {
				t.Errorf("known %+v", known)
			}
			return err
		})
	})
}

// TestLargeBytesGoWithTheirLastName: bytes that something else names stay.
func TestLargeBytesGoWithTheirLastName(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		big := strings.Repeat("line of a large message\r\n", 40000)
		must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{arrival(1, big), arrival(2, big)}))
		sha := must[complaint.Arrival](t)(s.GetArrival(t.Context(), "a00001")).SHA256
		for _, left := range []string{"a00002", ""} {
			first := "a00001"
			if left == "" {
				first = "a00002"
			}
			inTx(t, s, func(tx *store.Tx) error {
				_, err := tx.Erase(t.Context(), complaint.Erasure{ID: "e" + first, At: monday, Rule: complaint.ErasureAsked}, complaint.Scope{Arrivals: []string{first}})
				return err
			})
			keep(t, s.DeleteBytes(t.Context(), sha))
			keep(t, s.DeleteBytes(t.Context(), sha)) // again, as after a crash
			if left != "" {
				raw, err := s.OpenRaw(t.Context(), left)
				keep(t, err)
				keep(t, raw.Close())
			} else if _, err := s.ScanPath(sha); err == nil {
				t.Error("the bytes are still there")
			}
		}
		must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{arrival(3, big)})) // and come back with a new message
		path := must[string](t)(s.ScanPath(sha))
		orphan := filepath.Join(filepath.Dir(path), sha[:2]+strings.Repeat("0", 62)) // as a crash leaves it
		keep(t, os.WriteFile(orphan, []byte("x"), 0o600))
		long := monday.AddDate(0, -1, 0)
		half := filepath.Join(must[string](t)(s.SpoolDir()), "half")
		keep(t, os.WriteFile(half, []byte("x"), 0o600))
		keep(t, errors.Join(os.Chtimes(path, long, long), os.Chtimes(orphan, long, long), os.Chtimes(half, long, long)))
		if n := must[int](t)(s.Sweep(t.Context())); n != 1 {
			t.Errorf("swept %d, want the one that nothing names", n)
		}
		if _, err := os.Stat(orphan); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the orphan: %v", err)
		}
		if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("what came in half: %v", err)
		}
		raw, err := s.OpenRaw(t.Context(), "a00003")
		keep(t, err)
		keep(t, raw.Close())
	})
}
