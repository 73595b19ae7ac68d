package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

var (
	erasureCreate = insertInto("erasures", "id text, at bigint, actor text, rule text, reason text, complaints bigint, arrivals bigint, deliveries bigint",
		"ON CONFLICT (id) DO NOTHING")
	erasedCreate = insertInto("erased", "complaint_id text, erasure_id text, at bigint",
		"ON CONFLICT (complaint_id) DO UPDATE SET erasure_id = excluded.erasure_id, at = excluded.at")
	copyCreate = insertInto("erasure_items", "id text, erasure_id text, kind text, what text, problem text, done_at bigint", "")
)

// Erase empties everything of a scope in the database, and notes the copies outside of
// it that have to follow (Copies). References, dates, categories and results stay, and
// so do the histories without what they tell: they verify as before.
func (t *Tx) Erase(ctx context.Context, e complaint.Erasure, scope complaint.Scope) (complaint.Erasure, error) {
	if err := t.flush(ctx); err != nil {
		return e, err
	}
	for _, text := range t.d.forgetting() {
		if _, err := t.exec(ctx, text); err != nil {
			return e, fmt.Errorf("store: erase: %w", err)
		}
	}
	ids, err := t.parts(ctx, scope)
	if err != nil {
		return e, err
	}
	copies, err := t.copies(ctx, ids)
	if err != nil {
		return e, err
	}
	for _, p := range personalContent {
		if p.of == ofFiles {
			continue // after the arrivals, which tell whether all of a file's letters are erased
		}
		if err := t.erase(ctx, p, ids[p.of]); err != nil {
			return e, err
		}
	}
	scans, err := t.eraseScans(ctx, ids)
	if err != nil {
		return e, err
	}
	e.Complaints, e.Arrivals, e.Deliveries = len(ids[ofComplaints]), len(ids[ofArrivals]), len(ids[ofDeliveries])
	t.add(erasureCreate, e.ID, e.At, e.Actor, e.Rule, e.Reason, e.Complaints, e.Arrivals, e.Deliveries)
	if err := t.flush(ctx); err != nil {
		return e, err
	}
	for _, id := range ids[ofComplaints] {
		t.add(erasedCreate, id, e.ID, e.At)
	}
	for _, c := range append(copies, scans...) {
		what, err := json.Marshal(c.What)
		if err != nil {
			return e, fmt.Errorf("store: erase: %w", err)
		}
		t.add(copyCreate, complaint.NewID(), e.ID, c.Kind, string(what), "", int64(0))
	}
	return e, t.flush(ctx)
}

// erase does to the rows of one place what its row in the table says.
func (c conn) erase(ctx context.Context, p personal, ids []string) error {
	text, first := "DELETE FROM "+p.table, []any{}
	if !p.remove {
		var set []string
		each := func(columns, value string) {
			for _, name := range strings.FieldsFunc(columns, func(r rune) bool { return r == ',' || r == ' ' }) {
				set = append(set, name+" = "+strings.ReplaceAll(value, "*", name))
			}
		}
		each(p.empty, "''")
		each(p.list, "'[]'")
		each(p.marked, "CASE WHEN * = '' THEN '' ELSE 'erased' END")
		each(p.zero, "0")
		for _, name := range slices.Sorted(maps.Keys(p.set)) {
			set = append(set, name+" = "+p.set[name])
		}
		if p.bytes != "" {
			set, first = append(set, p.bytes+" = ?"), []any{[]byte{}}
		}
		text = "UPDATE " + p.table + " SET " + strings.Join(set, ", ")
	}
	err := chunks(ids, func(part []string) error {
		_, err := c.exec(ctx, text+" WHERE "+p.key+" IN "+in(len(part)), append(slices.Clone(first), anys(part)...)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: erase %s: %w", p.table, err)
	}
	return nil
}

// parts completes a scope with what hangs on its complaints.
func (c conn) parts(ctx context.Context, s complaint.Scope) (map[whose][]string, error) {
	ids := map[whose][]string{ofComplaints: s.Complaints, ofArrivals: s.Arrivals, ofDeliveries: s.Deliveries, ofSurveys: s.Surveys, ofDrafts: s.Drafts, ofFiles: s.Scans}
	for of, query := range map[whose]string{
		ofArrivals: "SELECT id FROM arrivals WHERE complaint_id IN ", ofDeliveries: "SELECT id FROM deliveries WHERE complaint_id IN ",
		ofSurveys: "SELECT id FROM surveys WHERE complaint_id IN ", ofDrafts: "SELECT id FROM form_drafts WHERE complaint_id IN ",
	} {
		more, err := c.ids(ctx, query, s.Complaints)
		if err != nil {
			return nil, err
		}
		ids[of] = append(slices.Clone(ids[of]), more...)
	}
	sent, err := c.ids(ctx, "SELECT id FROM form_drafts WHERE id IN ", ids[ofArrivals]) // a draft has the ID of what it became
	if err != nil {
		return nil, err
	}
	ids[ofDrafts] = append(ids[ofDrafts], sent...)
	for of := range ids {
		slices.Sort(ids[of])
		ids[of] = slices.Compact(ids[of])
	}
	for _, id := range slices.Concat(ids[ofComplaints], ids[ofArrivals]) {
		ids[ofSubjects] = append(ids[ofSubjects], id, complaint.ViewHistory(id))
	}
	ids[ofTexts] = slices.Concat(ids[ofComplaints], ids[ofArrivals], ids[ofDeliveries])
	return ids, nil
}

// ids reads IDs by a query that ends before its list.
func (c conn) ids(ctx context.Context, query string, keys []string, before ...any) (all []string, err error) {
	err = chunks(keys, func(part []string) error {
		return c.each(ctx, func(row rows) error {
			var id string
			err := row.Scan(&id)
			all = append(all, id)
			return err
		}, query+in(len(part)), slices.Concat(before, anys(part))...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: erase: %w", err)
	}
	return all, nil
}

// copies lists what of a scope lies outside of the database, but scans.
func (c conn) copies(ctx context.Context, ids map[whose][]string) (all []complaint.Copy, err error) {
	add := func(kind complaint.CopyKind, place complaint.CopyPlace) {
		all = append(all, complaint.Copy{Kind: kind, What: place})
	}
	err = chunks(ids[ofArrivals], func(part []string) error {
		return c.each(ctx, func(row rows) error {
			var blob, damaged string
			var p complaint.CopyPlace
			if err := row.Scan(&blob, &p.Account, &p.Mailbox, &p.UIDValidity, &p.UID, &p.MessageID, &p.SHA256, &p.Size, &damaged); err != nil {
				return err
			}
			if blob != "" {
				add(complaint.CopyBytes, complaint.CopyPlace{SHA256: blob})
			}
			if p.HeaderOnly = strings.Contains(damaged, `"too_large:`) || strings.Contains(damaged, `"fetch:`); p.Account != "" {
				add(complaint.CopyMessage, p)
			}
			return nil
		}, "SELECT blob, account, mailbox, uidvalidity, uid, message_id, sha256, size, damaged FROM arrivals WHERE id IN "+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: erase: %w", err)
	}
	runs, err := c.ids(ctx, "SELECT DISTINCT print_run FROM deliveries WHERE print_run <> '' AND id IN ", ids[ofDeliveries])
	slices.Sort(runs)
	for _, run := range slices.Compact(runs) {
		add(complaint.CopyPrint, complaint.CopyPlace{Run: run})
	}
	for _, draft := range ids[ofDrafts] {
		add(complaint.CopyUpload, complaint.CopyPlace{Draft: draft})
	}
	return all, err
}

// eraseScans empties the files of scanners all of whose letters are erased by now.
// Those that hold letters of other people stay whole: the original file of a scanner
// is never changed (DOMAIN, Post).
func (c conn) eraseScans(ctx context.Context, ids map[whose][]string) (all []complaint.Copy, err error) {
	files, err := c.ids(ctx, "SELECT DISTINCT p.file_id FROM scan_pages p WHERE p.arrival_id IN ", ids[ofArrivals])
	if err != nil {
		return nil, err
	}
	more, err := c.ids(ctx, "SELECT file_id FROM scan_letters WHERE arrival_id IN ", ids[ofArrivals])
	if err != nil {
		return nil, err
	}
	files = slices.Concat(files, more, ids[ofFiles])
	slices.Sort(files)
	files = slices.Compact(files)
	elsewhere, err := c.alsoFrom(ctx, files)
	if err != nil {
		return nil, err
	}
	var whole []string
	err = chunks(files, func(part []string) error {
		return c.each(ctx, func(row rows) error {
			p := complaint.CopyPlace{}
			if err := row.Scan(&p.SHA256, &p.Size, &p.Source, &p.Others); err != nil {
				return err
			}
			if p.Others > 0 {
				p.Source = ""
				all = append(all, complaint.Copy{Kind: complaint.CopyScan, What: p})
				return nil
			}
			whole = append(whole, p.SHA256)
			all = append(all, complaint.Copy{Kind: complaint.CopyBytes, What: complaint.CopyPlace{SHA256: p.SHA256}})
			for _, p.Source = range append([]string{p.Source}, elsewhere[p.SHA256]...) {
				if p.Source != "" { // of a file that was erased before only where it came in again is known
					all = append(all, complaint.Copy{Kind: complaint.CopyScan, What: p})
				}
			}
			return nil
		}, `SELECT f.id, f.size, f.source, (SELECT count(*) FROM arrivals a WHERE a.blob <> '' AND (a.id IN (SELECT l.arrival_id FROM scan_letters l WHERE l.file_id = f.id)
				OR a.id IN (SELECT p.arrival_id FROM scan_pages p WHERE p.file_id = f.id AND p.arrival_id IS NOT NULL)))
			FROM scan_files f WHERE f.id IN `+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: erase scans: %w", err)
	}
	for _, p := range personalContent {
		switch {
		case p.of == ofFiles:
			err = c.erase(ctx, p, whole)
		case p.of == ofSubjects:
			err = c.erase(ctx, p, whole)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// alsoFrom gives, by file, the paths at which the same bytes came in again.
func (c conn) alsoFrom(ctx context.Context, files []string) (map[string][]string, error) {
	paths := map[string][]string{}
	err := chunks(files, func(part []string) error {
		return c.each(ctx, func(row rows) error {
			var id, payload string
			if err := row.Scan(&id, &payload); err != nil {
				return err
			}
			var again complaint.ScanAgain
			if err := json.Unmarshal([]byte(payload), &again); err != nil {
				return err
			}
			if again.File != "" && !slices.Contains(paths[id], again.File) {
				paths[id] = append(paths[id], again.File)
			}
			return nil
		}, "SELECT e.subject, p.payload FROM events e JOIN event_payloads p ON p.subject = e.subject AND p.seq = e.seq WHERE e.kind = '"+complaint.EventScanAgain+
			"' AND e.subject IN "+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: where scans came from: %w", err)
	}
	return paths, nil
}
