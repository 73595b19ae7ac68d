package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// These are those of complaint.
type (
	Filter = complaint.Filter
	Listed = complaint.Listed
	View   = complaint.View

	ArrivalFilter = complaint.ArrivalFilter
)

// due64 sorts what has no open promise last.
func due64(l *Listed) int64 {
	if l.Next == nil {
		return maxMS
	}
	return toMS(l.Next.Deadline())
}

// nextDue is the deadline of a complaint's most urgent open promise.
const nextDue = "(SELECT min(o.deadline) FROM obligations o WHERE o.complaint_id = c.id AND o.state = 'open')"

// ListComplaints lists complaints, what is due first before the others. A choice of
// few is looked up; all others are read along the index of what is due, so that the
// first page costs the same however many there are.
func (s *Store) ListComplaints(ctx context.Context, f Filter) ([]Listed, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	var all []Listed
	read := func(due, from, where string, args []any) error {
		some, err := list(ctx, s.reads(), "complaints", func(row scanner) (l Listed, err error) {
			var due int64
			return l, row.Scan(append(complaintDest(&l.Complaint), &due)...)
		}, "SELECT "+complaintColumns+", "+due+" AS next_due FROM "+from+" WHERE "+where+" LIMIT ?", append(args, f.Limit-len(all))...)
		all = append(all, some...)
		return err
	}
	where, args, err := s.reads().conditions(ctx, f)
	if err != nil {
		return nil, err
	}
	if f.Words != "" || f.Text != "" || f.Owner != "" || f.Matter != "" || f.Queue != "" || f.Flag != "" || f.Held {
		after, keys := afterIn("coalesce("+nextDue+", ?)", "c.id", f, int64(maxMS))
		if !f.DueBefore.IsZero() {
			after, keys = after+" AND "+nextDue+" < ?", append(keys, f.DueBefore)
		}
		if err := read("coalesce("+nextDue+", "+strconv.FormatInt(maxMS, 10)+")", "complaints c", where+after+" ORDER BY next_due, c.id", append(args, keys...)); err != nil {
			return nil, err
		}
		return all, s.fillNext(ctx, all)
	}
	if f.After == nil || f.After.Next != nil {
		after, keys := afterIn("o.deadline", "o.complaint_id", f)
		if !f.DueBefore.IsZero() {
			after, keys = after+" AND o.deadline < ?", append(keys, f.DueBefore)
		}
		err := read("o.deadline", "obligations o JOIN complaints c ON c.id = o.complaint_id", where+` AND o.state = 'open' AND NOT EXISTS (SELECT 1 FROM obligations e WHERE e.complaint_id = o.complaint_id
			AND e.state = 'open' AND (e.deadline < o.deadline OR (e.deadline = o.deadline AND e.id < o.id)))`+after+" ORDER BY o.deadline, o.complaint_id", append(slices.Clone(args), keys...))
		if err != nil {
			return nil, err
		}
	}
	if len(all) < f.Limit && f.DueBefore.IsZero() { // those that nothing is owed for
		if f.After != nil && f.After.Next == nil {
			where, args = where+" AND c.id > ?", append(args, f.After.ID)
		}
		if err := read(strconv.FormatInt(maxMS, 10), "complaints c", where+" AND NOT EXISTS (SELECT 1 FROM obligations o WHERE o.complaint_id = c.id AND o.state = 'open') ORDER BY c.id", args); err != nil {
			return nil, err
		}
	}
	return all, s.fillNext(ctx, all)
}

// afterIn is the condition that a row comes after the last of the page before.
func afterIn(due, id string, f Filter, args ...any) (string, []any) {
	if f.After == nil {
		return "", nil
	}
	last := due64(f.After)
	return " AND (" + due + " > ? OR (" + due + " = ? AND " + id + " > ?))", slices.Concat(args, []any{last}, args, []any{last, f.After.ID})
}

// fillNext reads the most urgent open promise of each complaint, and what keeps its mail.
func (s *Store) fillNext(ctx context.Context, all []Listed) error {
	ids := make([]string, len(all))
	for i, l := range all {
		ids[i] = l.ID
	}
	obs, err := s.reads().obligations(ctx, ids)
	if err != nil {
		return err
	}
	next := map[string]*complaint.Obligation{}
	for _, o := range obs {
		if b := next[o.ComplaintID]; o.State == complaint.Open && (b == nil || o.Deadline().Before(b.Deadline())) {
			next[o.ComplaintID] = &o
		}
	}
	slow := map[string]string{}
	err = chunks(ids, func(part []string) error {
		_, err := list(ctx, s.reads(), "deliveries", func(row scanner) (_ string, err error) {
			var id, said string
			err = row.Scan(&id, &said)
			slow[id] = said
			return id, err
		}, "SELECT complaint_id, last_error FROM deliveries WHERE status = 'queued' AND last_error <> '' AND complaint_id IN "+in(len(part)), anys(part)...)
		return err
	})
	for i := range all {
		all[i].Next, all[i].Slow = next[all[i].ID], slow[all[i].ID]
	}
	return err
}

// like escapes what LIKE takes for a sign of its own; the escape is "!".
var like = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// unanswered names the complaints with a message that nobody has answered, or whose
// answer did not arrive, or was withdrawn together with the complaint.
const unanswered = `SELECT r.complaint_id FROM customer_replies r WHERE r.settled_at = 0
	UNION SELECT d.complaint_id FROM deliveries d JOIN customer_replies r ON r.complaint_id = d.complaint_id AND r.delivery_id = d.id WHERE d.status IN ('failed', 'bounced')
	UNION SELECT r.complaint_id FROM complaints w JOIN customer_replies r ON r.complaint_id = w.id JOIN deliveries d ON d.id = r.delivery_id WHERE w.stage = 'withdrawn' AND d.status = 'withdrawn'`

// conditions are what a filter says about a complaint itself.
func (c conn) conditions(ctx context.Context, f Filter) (string, []any, error) {
	cond, args := []string{"1 = 1"}, []any{}
	and := func(c string, a ...any) { cond, args = append(cond, c), append(args, a...) }
	if f.Stage != "" {
		and("c.stage = ?", f.Stage)
	}
	if f.Channel != "" {
		and("c.channel = ?", f.Channel)
	}
	if f.OpenOnly {
		and("(c.stage NOT IN ('closed', 'withdrawn', 'merged', 'set_aside') OR c.stage IN ('closed', 'withdrawn') AND c.id IN (" + unanswered + "))")
	}
	if f.Held {
		and("EXISTS (SELECT 1 FROM arrivals a WHERE a.complaint_id = c.id AND a.held = 1)")
	}
	if f.Owner != "" {
		and("c.id IN (SELECT complaint_id FROM records WHERE owner = ? AND owner <> '')", f.Owner)
	}
	if f.Unowned {
		and("NOT EXISTS (SELECT 1 FROM records r WHERE r.complaint_id = c.id AND r.owner <> '')")
	}
	switch f.Flag {
	case complaint.FlagProvisional:
		and("c.provisional = 1")
	case complaint.FlagPersonalData:
		and(flagged("c.personal_data", "personal_state"))
	case complaint.FlagConduct:
		and(flagged("c.conduct_flag", "conduct_state"))
	case complaint.FlagVulnerable:
		and("c.id IN (SELECT complaint_id FROM records WHERE vulnerable = 1)")
	}
	if f.Matter != "" {
		and("c.id IN (SELECT complaint_id FROM records WHERE matter = ? AND matter <> '')", f.Matter)
	}
	switch f.Queue {
	case complaint.QueueAbout:
		and("EXISTS (SELECT 1 FROM abouts b WHERE b.complaint_id = c.id AND b.state = 'provisional')")
	case complaint.QueueConduct:
		and("c.conduct_flag = 1 AND NOT EXISTS (SELECT 1 FROM records r WHERE r.complaint_id = c.id AND r.conduct_state <> '')")
	case complaint.QueueDataProtection:
		cond, args := beyondManagers(f.Managers)
		and("(c.personal_data = 1 OR "+cond+")", args...)
	}
	if f.NotAbout != "" {
		and(notAbout("c.id"), complaint.Fold(f.NotAbout))
	}
	if f.Words != "" {
		cond, args, err := c.found(ctx, f.Words)
		if err != nil {
			return "", nil, err
		}
		and(cond, args...)
	}
	if f.Text != "" {
		and(`c.search LIKE ? ESCAPE '!'`, "%"+like.Replace(complaint.Fold(f.Text))+"%")
	}
	return strings.Join(cond, " AND "), args, nil
}

// flagged says that the text suggests something which nobody dropped, or that a
// person confirmed it.
func flagged(suggested, ruling string) string {
	return "(" + suggested + " = 1 AND NOT EXISTS (SELECT 1 FROM records r WHERE r.complaint_id = c.id AND r." + ruling + " = 'dropped')" +
		" OR c.id IN (SELECT complaint_id FROM records WHERE " + ruling + " = 'confirmed'))"
}

// notAbout is the condition that a complaint, named by a column, is not and may not be
// about a person, whose folded name is its parameter (P8).
func notAbout(column string) string {
	return "NOT EXISTS (SELECT 1 FROM abouts b WHERE b.complaint_id = " + column + " AND b.staff_fold = ? AND b.state <> 'dropped')"
}

// ComplaintView reads all that is known of a complaint, by reference.
func (s *Store) ComplaintView(ctx context.Context, ref complaint.Reference) (v View, err error) {
	c := s.reads()
	if v.Complaint, err = c.byReference(ctx, ref); err != nil {
		return v, err
	}
	id := v.Complaint.ID
	steps := []func() error{
		func() (err error) { v.Record, err = c.record(ctx, id); return },
		func() (err error) { v.Abouts, err = c.abouts(ctx, []string{id}); return },
		func() (err error) { v.Deeds, err = c.deeds(ctx, id); return },
		func() (err error) { v.Tasks, err = c.tasks(ctx, id); return },
		func() (err error) { v.Replies, err = c.customerReplies(ctx, []string{id}); return },
		func() (err error) { v.Draft, err = c.answerDraft(ctx, id); return },
		func() (err error) { v.Parties, err = c.parties(ctx, id); return },
		func() (err error) { v.Details, err = s.Details(ctx, id); return },
		func() (err error) { v.Evidence, err = c.evidence(ctx, id); return },
		func() (err error) { v.Obligations, err = c.obligations(ctx, []string{id}); return },
		func() (err error) { v.Deliveries, err = c.deliveriesOf(ctx, id); return },
		func() (err error) { v.Events, err = c.eventsOf(ctx, id); return },
		func() (err error) { v.Arrivals, err = c.arrivalsOf(ctx, id); return },
		func() (err error) {
			v.Links, err = list(ctx, c, "links", scanLink, "SELECT "+linkColumns+` FROM links WHERE complaint_id = ?
				OR arrival_id IN (SELECT id FROM arrivals WHERE complaint_id = ?) ORDER BY created_at, id`, id, id)
			return
		},
		func() (err error) {
			v.Decisions, err = list(ctx, c, "decisions", scanDecision, "SELECT "+decisionColumns+` FROM decisions
				WHERE arrival_id IN (SELECT id FROM arrivals WHERE complaint_id = ?) ORDER BY at, id`, id)
			return
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return v, err
		}
	}
	return v, nil
}

// beyondManagers is the condition that a complaint is, or may be, about staff and is
// hidden from every manager (P8).
func beyondManagers(managers []string) (string, []any) {
	folded := make([]string, len(managers))
	for i, name := range managers {
		folded[i] = complaint.Fold(name)
	}
	const hidden = "FROM abouts b WHERE b.complaint_id = c.id AND b.state <> 'dropped'"
	return "c.id IN (SELECT b.complaint_id FROM abouts b WHERE b.state <> 'dropped') AND (SELECT count(*) " + hidden + " AND b.staff_fold IN " + in(len(folded)) + ") >= ?",
		append(anys(folded), len(folded))
}

// BeyondManagers lists the open complaints that are hidden from every manager and
// whose history has no event of a kind, at most n, the oldest first.
func (s *Store) BeyondManagers(ctx context.Context, managers []string, eventKind string, n int) ([]complaint.Complaint, error) {
	cond, args := beyondManagers(managers)
	return list(ctx, s.reads(), "complaints", scanComplaint, "SELECT "+complaintColumns+" FROM complaints c WHERE "+cond+
		` AND c.stage NOT IN ('closed', 'withdrawn', 'merged', 'set_aside')
		AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = c.id AND e.kind = ?) ORDER BY c.received_at, c.id LIMIT ?`, append(args, eventKind, n)...)
}

// ListArrivals lists arrivals by ID, which is the order of their making.
func (s *Store) ListArrivals(ctx context.Context, f ArrivalFilter) ([]complaint.Arrival, error) {
	cond, args := []string{"1 = 1"}, []any{}
	and := func(c string, a ...any) { cond, args = append(cond, c), append(args, a...) }
	order, after := "id", "id > ?"
	if f.Newest {
		order, after = "id DESC", "id < ?"
	}
	if f.After != "" {
		and(after, f.After)
	}
	if f.Outcome != nil {
		and("outcome = ?", *f.Outcome)
	}
	if f.Held {
		and("held = 1")
	}
	if f.Parked {
		and("parked = 1")
	}
	if f.Unanswered {
		and(`outcome = 'complaint' AND complaint_id IN (SELECT o.complaint_id FROM obligations o WHERE o.state = 'open' AND o.kind = 'acknowledge')
			AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.complaint_id = arrivals.complaint_id AND d.kind = 'acknowledgement' AND d.status IN ('queued', 'sent'))`)
	}
	if f.NotAbout != "" {
		who := complaint.Fold(f.NotAbout)
		and(notAbout("arrivals.complaint_id")+" AND "+notAbout("arrivals.proposed_id"), who, who)
	}
	if f.Account != "" {
		and("account = ?", f.Account)
	}
	if f.Mailbox != "" {
		and("mailbox = ?", f.Mailbox)
	}
	if f.Limit == 0 {
		f.Limit = 100
	}
	return list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+" FROM arrivals WHERE "+
		strings.Join(cond, " AND ")+" ORDER BY "+order+" LIMIT ?", append(args, f.Limit)...)
}

// Stats are the numbers of the day for check, report and metrics.
type Stats struct {
	Complaints, OpenComplaints  int
	Pending, Parked, Held       int       // arrivals; parked ones are pending too
	Queued, Failed              int       // deliveries
	Overdue                     int       // open promises past their deadline
	OldestPending, OldestQueued time.Time // zero if none
}

// Stats counts what waits and what is late at a time.
func (s *Store) Stats(ctx context.Context, at time.Time) (st Stats, err error) {
	for _, q := range []struct {
		dest  []any
		query string
		args  []any
	}{
		{[]any{&st.Complaints}, "SELECT count(*) FROM complaints", nil},
		{[]any{&st.OpenComplaints}, "SELECT count(*) FROM complaints WHERE stage NOT IN ('closed', 'withdrawn', 'merged', 'set_aside')", nil},
		{[]any{&st.Pending, &st.Parked, ms{&st.OldestPending}}, "SELECT count(*), coalesce(sum(parked), 0), coalesce(min(arrived_at), 0) FROM arrivals WHERE outcome = ''", nil},
		{[]any{&st.Held}, "SELECT count(*) FROM arrivals WHERE held = 1", nil},
		{[]any{&st.Queued, ms{&st.OldestQueued}}, "SELECT count(*), coalesce(min(queued_at), 0) FROM deliveries WHERE status = 'queued'", nil},
		{[]any{&st.Failed}, "SELECT count(*) FROM deliveries WHERE status = 'failed'", nil},
		{[]any{&st.Overdue}, "SELECT count(*) FROM obligations WHERE state = 'open' AND deadline < ?", []any{at}},
	} {
		if err := s.reads().each(ctx, func(row rows) error { return row.Scan(q.dest...) }, q.query, q.args...); err != nil {
			return st, fmt.Errorf("store: statistics: %w", err)
		}
	}
	return st, nil
}
