package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

var (
	deliveryCreate = insertInto("deliveries", `id text, complaint_id text, obligation_id text, kind text, recipient text, recipient_fold text,
		envelope_from text, env_id text, message_id text, status text, queued_at bigint, next_at bigint, attempts bigint, last_error text, sent_at bigint,
		lease_owner text, lease_until bigint, way text, postal text, print_run text`, "")
	deliveryBytesCreate = insertInto("delivery_bytes", "delivery_id text, raw bytea", "")
	deliverySet         = updateOf("deliveries", `id text, status text, next_at bigint, attempts bigint, last_error text, sent_at bigint,
		lease_owner text, lease_until bigint, print_run text`)
)

const deliveryColumns = `id, complaint_id, obligation_id, kind, recipient, envelope_from, env_id, message_id, status,
	queued_at, next_at, attempts, last_error, sent_at, way, postal, print_run`

func deliveryDest(d *complaint.Delivery) []any {
	return []any{&d.ID, optional{&d.ComplaintID}, &d.ObligationID, &d.Kind, &d.Recipient, &d.EnvelopeFrom, &d.EnvID, &d.MessageID, &d.Status,
		ms{&d.QueuedAt}, ms{&d.NextAt}, &d.Attempts, &d.LastError, ms{&d.SentAt}, &d.Way, &d.Postal, &d.PrintRun}
}

func scanDelivery(row scanner) (d complaint.Delivery, err error) {
	return d, row.Scan(deliveryDest(&d)...)
}

// prefixed puts a table's short name before each column of a list.
func prefixed(table, columns string) string {
	names := strings.Split(columns, ",")
	for i, n := range names {
		names[i] = table + strings.TrimSpace(n)
	}
	return strings.Join(names, ", ")
}

// CreateDelivery gathers a message to be sent, with its bytes.
func (t *Tx) CreateDelivery(d complaint.Delivery) {
	d.Way = cmp.Or(d.Way, complaint.ByEmail)
	owner, until := t.handOver(d)
	t.add(deliveryCreate, d.ID, null(d.ComplaintID), d.ObligationID, d.Kind, d.Recipient, complaint.FoldAddress(d.Recipient),
		d.EnvelopeFrom, d.EnvID, d.MessageID, d.Status, d.QueuedAt, d.NextAt, d.Attempts, d.LastError, d.SentAt, owner, until,
		d.Way, d.Postal, d.PrintRun)
	if d.Bytes != nil {
		t.add(deliveryBytesCreate, d.ID, d.Bytes)
	}
	t.queued = true
}

// SetDelivery gathers Status, NextAt, Attempts, LastError, SentAt and PrintRun, and
// ends the lease.
func (t *Tx) SetDelivery(d complaint.Delivery) {
	t.keepBack(d.ID)
	t.add(deliverySet, d.ID, d.Status, d.NextAt, d.Attempts, d.LastError, d.SentAt, "", int64(0), d.PrintRun)
	if d.Status == complaint.Queued {
		t.queued, t.aside = true, true
	}
}

func (c conn) deliveriesOf(ctx context.Context, complaintID string) ([]complaint.Delivery, error) {
	return list(ctx, c, "deliveries", scanDelivery, "SELECT "+deliveryColumns+" FROM deliveries WHERE complaint_id = ? ORDER BY queued_at, id", complaintID)
}

// DeliveriesOf lists a complaint's deliveries without their bytes.
func (t *Tx) DeliveriesOf(ctx context.Context, complaintID string) ([]complaint.Delivery, error) {
	return reading(ctx, t, func() ([]complaint.Delivery, error) { return t.deliveriesOf(ctx, complaintID) })
}

// DeliveryByMessageID reads a delivery by the Message-ID of what was sent.
func (t *Tx) DeliveryByMessageID(ctx context.Context, messageID string) (complaint.Delivery, bool, error) {
	return found(reading(ctx, t, func() (complaint.Delivery, error) {
		return get(ctx, t.conn, "delivery", messageID, scanDelivery, "SELECT "+deliveryColumns+
			" FROM deliveries WHERE message_id = ? AND message_id <> '' ORDER BY queued_at, id LIMIT 1", messageID)
	}))
}

// DeliveryByEnvID reads a delivery by its ENVID (RFC 3461 section 4.4).
func (t *Tx) DeliveryByEnvID(ctx context.Context, envID string) (complaint.Delivery, bool, error) {
	return found(reading(ctx, t, func() (complaint.Delivery, error) {
		return get(ctx, t.conn, "delivery", envID, scanDelivery, "SELECT "+deliveryColumns+
			" FROM deliveries WHERE env_id = ? AND env_id <> '' ORDER BY queued_at, id LIMIT 1", envID)
	}))
}

// DeliveriesTo lists what was queued to a folded address since a time, newest first.
func (t *Tx) DeliveriesTo(ctx context.Context, recipient string, since time.Time) ([]complaint.Delivery, error) {
	return reading(ctx, t, func() ([]complaint.Delivery, error) {
		return list(ctx, t.conn, "deliveries", scanDelivery, "SELECT "+deliveryColumns+
			" FROM deliveries WHERE recipient_fold = ? AND queued_at >= ? ORDER BY queued_at DESC, id DESC", recipient, since)
	})
}

// CountAcknowledgements counts the first answers queued to each folded address since a
// time, acknowledgements and requests to send another way; addresses without any are
// missing.
func (t *Tx) CountAcknowledgements(ctx context.Context, recipients []string, since time.Time) (map[string]int, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	err := chunks(recipients, func(part []string) error {
		return t.each(ctx, func(row rows) error {
			var to string
			var n int
			err := row.Scan(&to, &n)
			counts[to] = n
			return err
		}, "SELECT recipient_fold, count(*) FROM deliveries WHERE recipient_fold IN "+in(len(part))+
			" AND queued_at >= ? AND kind IN ('acknowledgement', 'too_large') GROUP BY recipient_fold", append(anys(part), since)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: count acknowledgements: %w", err)
	}
	return counts, nil
}

// ClaimDeliveries leases up to n queued deliveries by e-mail that are due, earliest first,
// with their bytes. One whose lease ran out is due again. The owner of HandOver gets
// first what this process queued.
func (s *Store) ClaimDeliveries(ctx context.Context, owner string, n int, lease time.Duration) ([]complaint.Delivery, error) {
	now := s.now()
	handed, all, look := s.deliveriesInHand.take(owner, n, now)
	if all {
		return handed, nil
	}
	var claimed []complaint.Delivery
	err := s.write(ctx, func(c conn) (err error) {
		claimed, err = list(ctx, c, "deliveries", scanDelivery, s.d.claim("deliveries", "lease_owner = ?, lease_until = ?",
			"status = 'queued' AND way = 'email' AND next_at <= ? AND lease_until <= ?", "next_at, id", deliveryColumns),
			owner, now.Add(lease), now, now, n-len(handed))
		if err != nil {
			return err
		}
		return c.fillBytes(ctx, claimed)
	})
	if err != nil {
		return handed, err
	}
	claimed = append(handed, claimed...)
	s.deliveriesInHand.looked(look, len(claimed), lease)
	sortBy(claimed, func(d complaint.Delivery) (time.Time, string) { return d.NextAt, d.ID })
	return claimed, nil
}

// fillBytes reads the bytes of deliveries.
func (c conn) fillBytes(ctx context.Context, deliveries []complaint.Delivery) error {
	ids := make([]string, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.ID
	}
	bytesOf, err := c.bytesOf(ctx, "SELECT delivery_id, raw FROM delivery_bytes WHERE delivery_id IN ", ids)
	for i, d := range deliveries {
		deliveries[i].Bytes = bytesOf[d.ID]
	}
	return err
}

// bytesOf reads the raw bytes of many things by ID; those without are missing.
func (c conn) bytesOf(ctx context.Context, query string, ids []string) (map[string][]byte, error) {
	bytesOf := make(map[string][]byte, len(ids))
	err := chunks(ids, func(part []string) error {
		return c.each(ctx, func(row rows) error {
			var id string
			var raw []byte
			err := row.Scan(&id, &raw)
			bytesOf[id] = raw
			return err
		}, query+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: raw bytes: %w", err)
	}
	return bytesOf, nil
}

// RenewDeliveries prolongs leases that the owner still holds.
func (s *Store) RenewDeliveries(ctx context.Context, owner string, ids []string, lease time.Duration) error {
	until := s.now().Add(lease)
	return s.write(ctx, func(c conn) error {
		return chunks(ids, func(part []string) error {
			// As a claim, so that PostgreSQL skips the rows that are being recorded
			// at this moment: waiting for them in another order would be a deadlock.
			_, err := c.exec(ctx, s.d.claim("deliveries", "lease_until = ?", "lease_owner = ? AND status = 'queued' AND id IN "+in(len(part)), "id", "id"),
				append(append([]any{until, owner}, anys(part)...), len(part))...)
			if err != nil {
				return fmt.Errorf("store: renew leases: %w", err)
			}
			return nil
		})
	})
}

// ReleaseLeases gives back all arrivals, deliveries and mailboxes that an owner
// has leased: at the end of a process, or at the start of one with its name.
func (s *Store) ReleaseLeases(ctx context.Context, owner string) error {
	if owner == "" {
		return nil
	}
	s.arrivalsInHand.close(owner)
	s.deliveriesInHand.close(owner)
	return s.write(ctx, func(c conn) error {
		for _, q := range []string{
			"UPDATE arrivals SET lease_owner = '', claim_at = 0 WHERE outcome = '' AND lease_owner = ?",
			"UPDATE deliveries SET lease_owner = '', lease_until = 0 WHERE status = 'queued' AND lease_owner = ?",
			"UPDATE mailboxes SET lease_owner = '', lease_until = 0 WHERE lease_owner = ?",
		} {
			if _, err := c.exec(ctx, q, owner); err != nil {
				return fmt.Errorf("store: release leases: %w", err)
			}
		}
		return nil
	})
}

// Delivery reads a delivery with its bytes.
func (s *Store) Delivery(ctx context.Context, id string) (complaint.Delivery, error) {
	d, err := get(ctx, s.reads(), "delivery", id, scanDelivery, "SELECT "+deliveryColumns+" FROM deliveries WHERE id = ?", id)
	if err != nil {
		return d, err
	}
	one := []complaint.Delivery{d}
	err = s.reads().fillBytes(ctx, one)
	return one[0], err
}
