package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// inlineLimit is the size up to which raw bytes live in the database.
const inlineLimit = 256 << 10

// blobs keeps large raw bytes by the hex SHA-256 of their content.
type blobs interface {
	// put stores all of r durably and gives its hash and size.
	put(r io.Reader) (sha string, size int64, err error)
	// open gives the bytes of a hash.
	open(sha string) (io.ReadSeekCloser, error)
	// remove deletes the bytes of a hash; those that are not there are gone already.
	remove(sha string) error
	// before lists the hashes of bytes that were written before a time.
	before(at time.Time) ([]string, error)
}

// folder is blobs in the file system, two letters of the hash deep.
type folder string

func (f folder) put(r io.Reader) (sha string, size int64, err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return "", 0, err
	}
	tmp, err := os.CreateTemp(string(f), ".incoming-")
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(tmp.Name()) // fails after the rename, as it should
	defer tmp.Close()
	h := sha256.New()
	if size, err = io.Copy(io.MultiWriter(tmp, h), r); err != nil {
		return "", 0, err
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return "", 0, err
	}
	sha = hex.EncodeToString(h.Sum(nil))
	dir := filepath.Join(string(f), sha[:2])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", 0, err
	}
	if err := os.Rename(tmp.Name(), filepath.Join(dir, sha)); err != nil {
		return "", 0, err
	}
	// The name must be on disk before the row that tells of it.
	return sha, size, errors.Join(syncDir(dir), syncDir(string(f)))
}

func (f folder) open(sha string) (io.ReadSeekCloser, error) {
	if len(sha) != 2*sha256.Size {
		return nil, fmt.Errorf("store: %q is not a SHA-256", sha)
	}
	return os.Open(filepath.Join(string(f), sha[:2], sha))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// inline is raw bytes from the database.
type inline struct{ *bytes.Reader }

// Close implements io.Closer.
func (inline) Close() error { return nil }
