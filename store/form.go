package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ask4.com/skarga/complaint"
)

const draftColumns = "id, complaint_id, language, answers, doubts, created_at, updated_at, submitted_at"

func scanDraft(row scanner) (d complaint.Draft, err error) {
	var answers string
	if err := row.Scan(&d.ID, &d.ComplaintID, &d.Language, &answers, words{&d.Doubts}, ms{&d.CreatedAt}, ms{&d.UpdatedAt}, ms{&d.SubmittedAt}); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(answers), &d.Answers); err != nil {
		return d, fmt.Errorf("answers of draft %s: %w", d.ID, err)
	}
	return d, nil
}

// CreateDraft keeps a new draft of the online form.
func (s *Store) CreateDraft(ctx context.Context, d complaint.Draft) error {
	answers, err := json.Marshal(d.Answers)
	if err != nil {
		return fmt.Errorf("store: create draft: %w", err)
	}
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO form_drafts ("+draftColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			d.ID, d.ComplaintID, d.Language, string(answers), d.Doubts, d.CreatedAt, d.CreatedAt, d.SubmittedAt)
		if err != nil {
			return fmt.Errorf("store: create draft %s: %w", d.ID, err)
		}
		return nil
	})
}

// Draft reads a draft, if there is one.
func (s *Store) Draft(ctx context.Context, id string) (d complaint.Draft, ok bool, err error) {
	return found(s.reads().draft(ctx, id))
}

func (c conn) draft(ctx context.Context, id string) (complaint.Draft, error) {
	return get(ctx, c, "draft", id, scanDraft, "SELECT "+draftColumns+" FROM form_drafts WHERE id = ?", id)
}

// SetDraft lays answers over those of a draft, field by field, so that two open
// pages do not wipe out each other's, and adds doubts. A draft that was sent, or
// is not there, changes nothing.
func (s *Store) SetDraft(ctx context.Context, id string, language complaint.Language, answers map[string][]string, doubts ...string) error {
	return s.write(ctx, func(c conn) error {
		// A write comes first: it keeps a second page waiting until this one is done.
		n, err := c.exec(ctx, "UPDATE form_drafts SET updated_at = ? WHERE id = ? AND submitted_at = 0", s.now(), id)
		if err != nil || n == 0 {
			return wrapDraft(id, err)
		}
		d, err := c.draft(ctx, id)
		if err != nil {
			return err
		}
		if d.Answers == nil {
			d.Answers = map[string][]string{}
		}
		for name, values := range answers {
			d.Answers[name] = values
		}
		text, err := json.Marshal(d.Answers)
		if err != nil {
			return wrapDraft(id, err)
		}
		_, err = c.exec(ctx, "UPDATE form_drafts SET language = ?, answers = ?, doubts = ? WHERE id = ?", language, string(text), append(d.Doubts, doubts...), id)
		return wrapDraft(id, err)
	})
}

func wrapDraft(id string, err error) error {
	if err != nil {
		return fmt.Errorf("store: set draft %s: %w", id, err)
	}
	return nil
}

// SubmitDraft notes that a draft was sent, and forgets what was typed and its
// files: the arrival has them.
func (s *Store) SubmitDraft(ctx context.Context, id string) error {
	err := s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM form_uploads WHERE draft_id = ?", id); err != nil {
			return wrapDraft(id, err)
		}
		_, err := c.exec(ctx, "UPDATE form_drafts SET submitted_at = ?, updated_at = ?, answers = '{}' WHERE id = ? AND submitted_at = 0", s.now(), s.now(), id)
		return wrapDraft(id, err)
	})
	if err != nil {
		return err
	}
	return wrapDraft(id, os.RemoveAll(s.uploadDir(id)))
}

// DeleteDraft forgets a draft and its files.
func (s *Store) DeleteDraft(ctx context.Context, id string) error {
	err := s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM form_uploads WHERE draft_id = ?", id); err != nil {
			return fmt.Errorf("store: delete draft %s: %w", id, err)
		}
		if _, err := c.exec(ctx, "DELETE FROM form_drafts WHERE id = ?", id); err != nil {
			return fmt.Errorf("store: delete draft %s: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(s.uploadDir(id)); err != nil {
		return fmt.Errorf("store: delete files of draft %s: %w", id, err)
	}
	return nil
}

// DeleteDrafts forgets the drafts that nobody touched since a time, with their
// files, and says how many there were.
func (s *Store) DeleteDrafts(ctx context.Context, before time.Time) (int, error) {
	old, err := list(ctx, s.reads(), "drafts", scanID,
		"SELECT id FROM form_drafts WHERE updated_at < ?", before)
	if err != nil {
		return 0, err
	}
	for i, id := range old {
		if err := s.DeleteDraft(ctx, id); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

// uploadDir is the folder of a draft's files: deleting them touches no other's. It
// is named by a hash, so that no ID leads out of it.
func (s *Store) uploadDir(draftID string) string {
	sum := sha256.Sum256([]byte(draftID))
	return filepath.Join(s.opt.BlobDir, "uploads", hex.EncodeToString(sum[:16]))
}

const uploadColumns = "id, draft_id, name, media_type, size, sha256, created_at"

func scanUpload(row scanner) (u complaint.Upload, err error) {
	return u, row.Scan(&u.ID, &u.DraftID, &u.Name, &u.MediaType, &u.Size, &u.SHA256, ms{&u.CreatedAt})
}

// CreateUpload keeps a file of a draft. Size and SHA256 are filled in. ok is false,
// and nothing is kept, when the file is empty, is larger than most, or would bring
// the files of the draft over total bytes.
func (s *Store) CreateUpload(ctx context.Context, u complaint.Upload, r io.Reader, most, total int64) (_ complaint.Upload, ok bool, err error) {
	files := newFolder(s.uploadDir(u.DraftID))
	if u.SHA256, u.Size, err = files.put(io.LimitReader(r, most+1)); err != nil {
		return u, false, fmt.Errorf("store: keep file of draft %s: %w", u.DraftID, err)
	}
	if u.Size > 0 && u.Size <= most {
		err = s.write(ctx, func(c conn) error {
			// One statement looks and writes, after a lock on the draft: two files that
			// come at once cannot both take the last room.
			n, err := c.exec(ctx, "UPDATE form_drafts SET updated_at = ? WHERE id = ? AND submitted_at = 0", s.now(), u.DraftID)
			if err != nil || n == 0 {
				return err
			}
			n, err = c.exec(ctx, "INSERT INTO form_uploads ("+uploadColumns+`) SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),
				CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT)
				WHERE (SELECT coalesce(sum(size), 0) FROM form_uploads WHERE draft_id = ?) + CAST(? AS BIGINT) <= ?`,
				u.ID, u.DraftID, u.Name, u.MediaType, u.Size, u.SHA256, u.CreatedAt, u.DraftID, u.Size, total)
			ok = n > 0
			return err
		})
		if err != nil {
			err = fmt.Errorf("store: create upload %s: %w", u.ID, err)
		}
	}
	if !ok {
		if e := s.dropFile(ctx, u); err == nil {
			err = e
		}
	}
	return u, ok, err
}

// dropFile removes the bytes of an upload unless another one of the draft has the
// same.
func (s *Store) dropFile(ctx context.Context, u complaint.Upload) error {
	left, err := s.Uploads(ctx, u.DraftID)
	if err != nil {
		return err
	}
	for _, other := range left {
		if other.SHA256 == u.SHA256 {
			return nil
		}
	}
	err = os.Remove(filepath.Join(s.uploadDir(u.DraftID), u.SHA256[:2], u.SHA256))
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("store: drop file of draft %s: %w", u.DraftID, err)
	}
	return nil
}

// Uploads lists the files of a draft in the order of their coming.
func (s *Store) Uploads(ctx context.Context, draftID string) ([]complaint.Upload, error) {
	return list(ctx, s.reads(), "uploads", scanUpload, "SELECT "+uploadColumns+" FROM form_uploads WHERE draft_id = ? ORDER BY created_at, id", draftID)
}

// OpenUpload gives the bytes of a file.
func (s *Store) OpenUpload(u complaint.Upload) (io.ReadSeekCloser, error) {
	f, err := newFolder(s.uploadDir(u.DraftID)).open(u.SHA256)
	if err != nil {
		return nil, fmt.Errorf("store: open upload %s: %w", u.ID, err)
	}
	return f, nil
}

// DeleteUpload takes a file off a draft; one that is not there changes nothing.
func (s *Store) DeleteUpload(ctx context.Context, draftID, id string) error {
	u, ok, err := found(get(ctx, s.reads(), "upload", id, scanUpload, "SELECT "+uploadColumns+" FROM form_uploads WHERE id = ? AND draft_id = ?", id, draftID))
	if err != nil || !ok {
		return err
	}
	err = s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM form_uploads WHERE id = ? AND draft_id = ?", id, draftID)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: delete upload %s: %w", id, err)
	}
	return s.dropFile(ctx, u)
}
