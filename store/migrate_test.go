package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestMigrateOverOldData fills the first schema as its version did, and reads it with
// this one.
func TestMigrateOverOldData(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			s, _, _ := openOne(t, driver)
			if err := s.MigrateTo(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			ref := newComplaint("c1").Reference
			for _, q := range []struct {
				query string
				args  []any
			}{
				{`INSERT INTO complaints (id, reference, channel, stage, language, subject, summary, customer_name, customer_address, reply_by,
					received_at, registered_at, acknowledged_at, closed_at, provisional, personal_data, conduct_flag, previous_id, search)
					VALUES ('c1', ?, 'email', 'acknowledged', 'pl', 'Łącze', 'nie działa', 'Jan', 'jan@x.example', 'email', ?, ?, ?, 0, 0, 1, 0, '', 'jan')`,
					[]any{ref, monday, monday, monday.Add(time.Minute)}},
				{`INSERT INTO arrivals (id, channel, account, mailbox, uidvalidity, uid, arrived_at, recorded_at, size, sha256, late, outcome, complaint_id, proposed_id,
					reasons, held, hold_reason, parked, park_reason, damaged, attempts, message_id, content_hash, sender, subject, blob, claim_at, lease_owner)
					VALUES ('a1', 'email', 'main', 'INBOX', 1, 1, ?, ?, 3, '', 0, 'complaint', 'c1', '', '[]', 0, '', 0, '', '[]', 1, 'm@x', 'h', 'jan@x.example', 'Łącze', '', 0, '')`,
					[]any{monday, monday}},
				{"INSERT INTO arrival_bytes (arrival_id, raw) VALUES ('a1', ?)", []any{[]byte("raw")}},
				{`INSERT INTO obligations (id, complaint_id, kind, round, state, trigger_at, ceiling_at, due_at, told_at, met_at, breached_at, deadline, calendar, steps)
					VALUES ('o1', 'c1', 'update', 1, 'open', 0, ?, 0, 0, 0, 0, ?, 'GB-EAW', '[]')`, []any{monday.AddDate(0, 0, 4), monday.AddDate(0, 0, 4)}},
				{`INSERT INTO deliveries (id, complaint_id, obligation_id, kind, recipient, recipient_fold, envelope_from, env_id, message_id, status,
					queued_at, next_at, attempts, last_error, sent_at, lease_owner, lease_until)
					VALUES ('d1', 'c1', '', 'update', 'jan@x.example', 'jan@x.example', '', '', '', 'queued', ?, ?, 0, '', 0, '', 0)`, []any{monday, monday}},
				{"INSERT INTO delivery_bytes (delivery_id, raw) VALUES ('d1', ?)", []any{[]byte("mail")}},
			} {
				if err := s.Exec(t.Context(), q.query, q.args...); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			v := must[store.View](t)(s.ComplaintView(t.Context(), ref))
			c := v.Complaint
			if c.Language != complaint.Polish || !c.PersonalData || c.PostalAddress != "" || c.PostalConfirmed || !c.ReceivedAt.Equal(monday) {
				t.Errorf("complaint: %+v", c)
			}
			if len(v.Obligations) != 1 || !v.Obligations[0].Deadline().Equal(monday.AddDate(0, 0, 4)) || len(v.Arrivals) != 1 {
				t.Errorf("promises %+v, %d arrivals", v.Obligations, len(v.Arrivals))
			}
			due := must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), "me", 9, time.Minute))
			if len(due) != 1 || due[0].Way != complaint.ByEmail || string(due[0].Bytes) != "mail" {
				t.Errorf("to be sent: %+v", due)
			}
			inTx(t, s, func(tx *store.Tx) error { // the new schema takes writes about the old row
				c.PostalAddress = "Jan\nul. Długa 1\n00-001 Warszawa"
				tx.SetComplaint(c)
				return nil
			})
		})
	}
}

func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			first, _, reopen := openOne(t, driver)
			nodes := []*store.Store{first}
			for range 7 {
				nodes = append(nodes, reopen())
			}
			errs := make([]error, len(nodes))
			var wg sync.WaitGroup
			for i, s := range nodes {
				wg.Go(func() { errs[i] = s.Migrate(context.Background()) })
			}
			wg.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			if v, want := must[int64](t)(first.Version(t.Context())), lastMigration(t); v != want {
				t.Errorf("version %d, want %d", v, want)
			}
			if _, err := first.CreateArrivals(t.Context(), []store.NewArrival{arrival(1, "x")}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNewerDatabaseIsRefused: an older program does not know what a newer one wrote.
func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			s, _, _ := openOne(t, driver)
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Exec(t.Context(), "INSERT INTO schema_versions (version_id, is_applied) SELECT 999, is_applied FROM schema_versions WHERE version_id = 1"); err != nil {
				t.Fatal(err)
			}
			if err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "999") {
				t.Errorf("migrated: %v", err)
			}
		})
	}
}

// TestOldRecordsKnowWhoAnswered: who wrote the response, and who let it go, do not review it
// after the program was brought up to date either (P15).
func TestOldRecordsKnowWhoAnswered(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			s, _, _ := openOne(t, driver)
			if err := s.MigrateTo(t.Context(), 20); err != nil {
				t.Fatal(err)
			}
			for id, by := range map[string]string{"c1": `Nina "Nowa"`, "c2": "Tomasz Nowak", "c3": ""} {
				c := newComplaint(id)
				inTx(t, s, func(tx *store.Tx) error {
					tx.CreateComplaint(c, nil, nil, nil)
					return nil
				})
				if err := s.Exec(t.Context(), `INSERT INTO records (complaint_id, version, updated_at, updated_by, owner, team, category, account, building, room, remedy, root_cause,
					result, redress_kind, redress_pence, lesson, lesson_owner, lesson_due, lesson_done, vulnerable, representative, authority, personal_state, personal_by, personal_reason,
					personal_at, conduct_state, conduct_by, conduct_reason, conduct_at, responded_by, reviewer, deadlock_at, referred_at, ombudsman_reference, decided_at, ombudsman_result,
					legal_hold, merged_into, matter, closed_because) VALUES (?, 1, 0, '', '', '', '', '', '', '', '', '', '', '', 0, '', '', '', '', 0, '', '', '', '', '', 0, '', '', '', 0,
					?, ?, 0, 0, '', 0, '', 0, '', '', '')`, c.ID, by, map[bool]string{true: "Zofia"}[by == "Tomasz Nowak"]); err != nil {
					t.Fatal(err)
				}
			}
			inTx(t, s, func(tx *store.Tx) error {
				for i, template := range []string{"formal_response", "update"} {
					tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: "c1", At: monday, Actor: []string{"Anna Kowalska", "Zofia"}[i], Kind: "answer approved and queued",
						Payload: []byte(`{"author":"x","template":"` + template + `"}`)})
				}
				return nil
			})
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			records := must[map[string]complaint.Record](t)(s.Records(t.Context(), []string{"c1", "c2", "c3"}))
			for id, want := range map[string][2]string{"c1": {`Nina "Nowa"|Anna Kowalska`, ""}, "c2": {"Tomasz Nowak", "Zofia"}, "c3": {"", ""}} {
				r := records[id]
				if got := [2]string{strings.Join(r.Responders, "|"), strings.Join(r.Reviewers, "|")}; got != want {
					t.Errorf("%s: %q, want %q", id, got, want)
				}
			}
		})
	}
}

// TestOldMailIsKnownWhateverItsID: letters without pages are forgotten, and no mail, whose
// Message-ID may look like theirs.
func TestOldMailIsKnownWhateverItsID(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			s, _, _ := openOne(t, driver)
			if err := s.MigrateTo(t.Context(), 21); err != nil {
				t.Fatal(err)
			}
			ids := []complaint.Identity{{ArrivalID: "mail", MessageID: "scan.1@printer.example", ContentHash: "m"}, {ArrivalID: "letter", MessageID: "scan.l", ContentHash: "l"}}
			again := func(by string) []complaint.Identified {
				var known []complaint.Identified
				inTx(t, s, func(tx *store.Tx) (err error) {
					asked := slices.Clone(ids)
					for i := range asked {
						asked[i].ArrivalID += by
					}
					known, err = tx.RegisterIdentities(t.Context(), asked)
					return err
				})
				return known
			}
			again("")
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if known := again(" 2"); known[0].FirstArrivalID != "mail" || known[1].FirstArrivalID != "letter 2" {
				t.Errorf("known: %+v", known)
			}
		})
	}
}
