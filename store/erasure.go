package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Copies lists what erasures still have to reach, the oldest first.
func (s *Store) Copies(ctx context.Context) ([]complaint.Copy, error) {
	return list(ctx, s.reads(), "copies", func(row scanner) (c complaint.Copy, err error) {
		var what string
		if err := row.Scan(&c.ID, &c.ErasureID, &c.Kind, &what, &c.Problem); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(what), &c.What)
	}, "SELECT id, erasure_id, kind, what, problem FROM erasure_items WHERE done_at = 0 ORDER BY id")
}

// CopiesLeft lists the copies of one erasure that are still there, with the reason.
func (s *Store) CopiesLeft(ctx context.Context, erasureID string) ([]complaint.Copy, error) {
	return list(ctx, s.reads(), "copies", func(row scanner) (c complaint.Copy, err error) {
		return c, row.Scan(&c.ID, &c.ErasureID, &c.Kind, &c.Problem, ms{&c.DoneAt})
	}, "SELECT id, erasure_id, kind, problem, done_at FROM erasure_items WHERE erasure_id = ? AND problem <> '' ORDER BY id", erasureID)
}

// SetCopy notes what became of a copy. One that is gone, or given up, is not named any
// more.
func (s *Store) SetCopy(ctx context.Context, c complaint.Copy) error {
	return s.setOne(ctx, "copy", c.ID, `UPDATE erasure_items SET problem = ?, done_at = ?, what = CASE WHEN CAST(? AS BIGINT) = 0 THEN what ELSE '{}' END WHERE id = ?`,
		c.Problem, c.DoneAt, c.DoneAt, c.ID)
}

// Forget ends an erasure after its commit: what it deleted leaves the database's files
// as far as the database can say.
func (s *Store) Forget(ctx context.Context) error {
	for _, text := range s.d.forgotten() {
		rows, err := s.w.QueryContext(ctx, text) // a PRAGMA answers with a row
		if err != nil {
			return fmt.Errorf("store: forget: %w", err)
		}
		for rows.Next() { // its answer is read so that it is carried out
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("store: forget: %w", err)
		}
	}
	return nil
}

// Erasures lists what was erased, the newest first, at most n.
func (s *Store) Erasures(ctx context.Context, n int) ([]complaint.Erasure, error) {
	return list(ctx, s.reads(), "erasures", scanErasure, "SELECT "+erasureColumns+" FROM erasures ORDER BY at DESC, id DESC LIMIT ?", n)
}

const erasureColumns = "id, at, actor, rule, reason, complaints, arrivals, deliveries"

func scanErasure(row scanner) (e complaint.Erasure, err error) {
	return e, row.Scan(&e.ID, ms{&e.At}, &e.Actor, &e.Rule, &e.Reason, &e.Complaints, &e.Arrivals, &e.Deliveries)
}

// Erasure gives one act of erasing.
func (s *Store) Erasure(ctx context.Context, id string) (complaint.Erasure, error) {
	found, err := list(ctx, s.reads(), "erasures", scanErasure, "SELECT "+erasureColumns+" FROM erasures WHERE id = ?", id)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("store: there is no erasure %q", id)
	}
	if err != nil {
		return complaint.Erasure{}, err
	}
	return found[0], nil
}

// ErasedWhole gives, of those complaints that were erased and on which nothing has
// happened since, when that was and by which erasure: nothing of them is left.
func (s *Store) ErasedWhole(ctx context.Context, complaintIDs []string) (map[string]complaint.Erasure, error) {
	by := map[string]complaint.Erasure{}
	err := chunks(complaintIDs, func(part []string) error {
		return s.reads().each(ctx, func(row rows) error {
			var id string
			var e complaint.Erasure
			err := row.Scan(&id, &e.ID, ms{&e.At})
			by[id] = e
			return err
		}, `SELECT g.complaint_id, g.erasure_id, g.at FROM erased g JOIN chains h ON h.subject = g.complaint_id JOIN events e ON e.subject = h.subject AND e.seq = h.count
			WHERE e.kind = 'erased' AND NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.complaint_id = g.complaint_id AND `+holdsContent+") AND g.complaint_id IN "+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: what was erased: %w", err)
	}
	return by, nil
}

// holdsContent is true of arrivals a that still say something.
const holdsContent = "(a.sender <> '' OR a.subject <> '' OR a.blob <> '' OR a.id IN (SELECT arrival_id FROM arrival_bytes))"

// CameAgain lists what came in once more after it was erased, at most 200 of each:
// messages that were known by their content and whose bytes are on record again, and
// files of scanners, which lie where the import moved them.
func (s *Store) CameAgain(ctx context.Context) (scope complaint.Scope, err error) {
	if scope.Arrivals, err = list(ctx, s.reads(), "arrivals", scanID, `SELECT a.id FROM arrivals a JOIN erased e ON e.complaint_id = a.complaint_id WHERE a.outcome = 'duplicate'
		AND `+holdsContent+" ORDER BY a.id LIMIT 200"); err != nil {
		return scope, err
	}
	scope.Scans, err = list(ctx, s.reads(), "scans", scanID, `SELECT f.id FROM scan_files f WHERE f.name = '' AND EXISTS (SELECT 1 FROM events e
		JOIN event_payloads p ON p.subject = e.subject AND p.seq = e.seq WHERE e.subject = f.id AND e.kind = ?) ORDER BY f.id LIMIT 200`, complaint.EventScanAgain)
	return scope, err
}

// DeleteBytes removes large raw bytes from the folder unless something still names
// them. What takes the same bytes in at this moment is not harmed: see keepers.
func (s *Store) DeleteBytes(ctx context.Context, sha string) error {
	return s.write(ctx, func(c conn) error { return s.deleteBytes(ctx, c, sha) })
}

func (s *Store) deleteBytes(ctx context.Context, c conn, sha string) error {
	if err := c.lockBytes(ctx, true); err != nil {
		return err
	}
	tables, err := c.tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		columns, err := c.blobColumns(ctx, t)
		if err != nil {
			return err
		}
		for _, column := range columns {
			users, err := c.ids(ctx, "SELECT 'x' FROM "+t+" WHERE "+column+" IN ", []string{sha})
			if err != nil || len(users) > 0 {
				return err
			}
		}
	}
	if err := s.blobs.remove(sha); err != nil {
		return fmt.Errorf("store: delete bytes %s: %w", sha, err)
	}
	return nil
}

// blobColumns lists the columns of a table that name large raw bytes.
func (c conn) blobColumns(ctx context.Context, table string) (names []string, err error) {
	all, err := c.q.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer all.Close()
	columns, err := all.Columns()
	for _, name := range columns {
		if holdsBlob(name) {
			names = append(names, name)
		}
	}
	return names, errors.Join(err, all.Err())
}

// lockBytes keeps those who name large raw bytes and those who delete them apart until
// the transaction ends: who deletes waits for all others.
func (c conn) lockBytes(ctx context.Context, alone bool) error {
	text := c.d.lockTogether("large bytes", alone)
	if text == "" {
		return nil
	}
	if _, err := c.exec(ctx, text); err != nil {
		return fmt.Errorf("store: lock large bytes: %w", err)
	}
	return nil
}

// DeleteUploads removes the files that a visitor added to a draft of the form.
func (s *Store) DeleteUploads(draftID string) error {
	if err := os.RemoveAll(s.uploadDir(draftID)); err != nil {
		return fmt.Errorf("store: delete files of draft %s: %w", draftID, err)
	}
	return nil
}

// remove deletes the bytes of a hash; those that are not there are gone already.
func (f folder) remove(sha string) error {
	file, err := f.open(sha)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(f.root, sha[:2])
	return errors.Join(file.Close(), os.Remove(filepath.Join(dir, sha)), syncDir(dir))
}

// CustomerComplaints lists the complaints of the customer with a name, an e-mail
// address or a reference; in any case. The name must be the whole of it.
func (s *Store) CustomerComplaints(ctx context.Context, who string) ([]complaint.Complaint, error) {
	who = strings.Join(strings.Fields(who), " ")
	fold := complaint.Fold(who)
	all, err := list(ctx, s.reads(), "complaints", scanComplaint, "SELECT "+complaintColumns+` FROM complaints c WHERE c.search LIKE ? ESCAPE '!'
		OR c.id IN (SELECT p.complaint_id FROM parties p WHERE p.address = ? AND p.role = 'customer') ORDER BY c.received_at, c.id`, "%"+like.Replace(fold)+"%", fold)
	if err != nil {
		return nil, err
	}
	mine := map[string]bool{}
	if strings.Contains(who, "@") {
		ids, err := s.reads().ids(ctx, "SELECT complaint_id FROM parties WHERE role = 'customer' AND address IN ", []string{fold})
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			mine[id] = true
		}
	}
	found := all[:0]
	for _, c := range all {
		name := complaint.Fold(strings.Join(strings.Fields(c.CustomerName), " "))
		if mine[c.ID] || fold != "" && (name == fold || complaint.Fold(c.CustomerAddress) == fold || strings.EqualFold(string(c.Reference), who)) {
			found = append(found, c)
		}
	}
	return found, nil
}

// ElsewhereOf completes a scope with what folded e-mail addresses have beside its
// complaints: mail that made none, mail that we sent about none, surveys, and drafts of
// the form. Named are the complaints of other customers in which they have a part.
// Surveys and drafts of complaints about who asks are left out (P8).
func (s *Store) ElsewhereOf(ctx context.Context, who string, scope complaint.Scope, addresses []string) (_ complaint.Scope, named []complaint.Complaint, err error) {
	c := s.reads()
	known := map[string]bool{}
	for _, a := range addresses {
		known[a] = true
	}
	err = c.each(ctx, func(row rows) error {
		var id, from string
		err := row.Scan(&id, &from)
		if known[complaint.FoldAddress(from)] {
			scope.Arrivals = append(scope.Arrivals, id)
		}
		return err
	}, "SELECT id, sender FROM arrivals WHERE complaint_id IS NULL AND sender <> ''")
	if err != nil {
		return scope, nil, fmt.Errorf("store: arrivals of a person: %w", err)
	}
	if scope.Deliveries, err = c.ids(ctx, "SELECT id FROM deliveries WHERE complaint_id IS NULL AND recipient_fold IN ", addresses); err != nil {
		return scope, nil, err
	}
	if scope.Surveys, err = c.ids(ctx, "SELECT s.id FROM surveys s WHERE "+notAbout("s.complaint_id")+" AND s.address_fold IN ", addresses, complaint.Fold(who)); err != nil {
		return scope, nil, err
	}
	err = c.each(ctx, func(row rows) error {
		d, err := scanDraft(row)
		for _, values := range d.Answers {
			for _, v := range values {
				if known[complaint.FoldAddress(v)] {
					scope.Drafts = append(scope.Drafts, d.ID)
					return err
				}
			}
		}
		return err
	}, "SELECT "+draftColumns+" FROM form_drafts WHERE "+notAbout("complaint_id"), complaint.Fold(who))
	if err != nil {
		return scope, nil, fmt.Errorf("store: drafts of a person: %w", err)
	}
	others, err := c.ids(ctx, "SELECT DISTINCT complaint_id FROM parties WHERE address IN ", addresses)
	if err != nil {
		return scope, nil, err
	}
	mine := map[string]bool{}
	for _, id := range scope.Complaints {
		mine[id] = true
	}
	for _, id := range others {
		if mine[id] {
			continue
		}
		one, err := c.complaint(ctx, id)
		if err != nil {
			return scope, nil, err
		}
		named = append(named, one)
	}
	return scope, named, nil
}

// Nameless lists the complaints of no known customer on which something came in that
// holds all words of one of the names, folded as complaint.Words.
func (s *Store) Nameless(ctx context.Context, names [][]string) ([]complaint.Complaint, error) {
	c := s.reads()
	var ids []string
	err := c.each(ctx, func(row rows) error {
		var id, text string
		err := row.Scan(&id, &text)
		words := strings.Fields(text)
		if slices.ContainsFunc(names, func(name []string) bool {
			return !slices.ContainsFunc(name, func(w string) bool { return !slices.Contains(words, w) })
		}) {
			ids = append(ids, id)
		}
		return err
	}, `SELECT c.id, t.words FROM complaints c JOIN arrivals a ON a.complaint_id = c.id JOIN search_texts t ON t.id = a.id WHERE c.customer_name = '' AND c.customer_address = ''`)
	if err != nil {
		return nil, fmt.Errorf("store: complaints of nobody: %w", err)
	}
	slices.Sort(ids)
	var list []complaint.Complaint
	for _, id := range slices.Compact(ids) {
		one, err := c.complaint(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// PastRetention lists what ended before a time and still has content, at most n of
// each: complaints that were closed and are under no legal hold, and mail, messages of
// ours and surveys that are about none.
func (s *Store) PastRetention(ctx context.Context, before time.Time, n int) (scope complaint.Scope, err error) {
	for _, q := range []struct {
		dest  *[]string
		query string
	}{
		{&scope.Complaints, `SELECT c.id FROM complaints c WHERE c.closed_at > 0 AND c.closed_at < ? AND c.id NOT IN (SELECT complaint_id FROM erased)
			AND c.id NOT IN (SELECT complaint_id FROM records WHERE legal_hold = 1) ORDER BY c.closed_at, c.id LIMIT ?`},
		{&scope.Arrivals, "SELECT a.id FROM arrivals a WHERE a.complaint_id IS NULL AND a.outcome <> '' AND a.arrived_at < ? AND " + holdsContent + " ORDER BY a.arrived_at, a.id LIMIT ?"},
		{&scope.Deliveries, "SELECT id FROM deliveries WHERE complaint_id IS NULL AND status <> 'queued' AND queued_at < ? AND recipient <> '' ORDER BY queued_at, id LIMIT ?"},
		{&scope.Surveys, "SELECT id FROM surveys WHERE complaint_id IS NULL AND decided_at < ? AND address <> '' ORDER BY decided_at, id LIMIT ?"},
	} {
		err := s.reads().each(ctx, func(row rows) error {
			var id string
			err := row.Scan(&id)
			*q.dest = append(*q.dest, id)
			return err
		}, q.query, before, n)
		if err != nil {
			return scope, fmt.Errorf("store: past retention: %w", err)
		}
	}
	return scope, nil
}
