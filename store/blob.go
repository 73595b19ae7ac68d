package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
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
	// has says whether the bytes of a hash are there.
	has(sha string) (bool, error)
	// remove deletes the bytes of a hash; those that are not there are gone already.
	remove(sha string) error
	// before lists the hashes of bytes that were written before a time.
	before(at time.Time) ([]string, error)
	// spool makes the folder for what comes in: a file that is written there and then
	// put is not copied.
	spool() (dir string, err error)
	// tidy removes what came in before a time and never got its name.
	tidy(at time.Time) error
}

// folder is blobs in the file system, two letters of the hash deep.
type folder struct {
	root string
	safe *sync.Map // the two letters whose folder is on disk for good
}

func newFolder(root string) folder { return folder{root, new(sync.Map)} }

// spooled is a body in a file of the spool folder, whose SHA-256, in hex, was taken while
// it was written.
type spooled interface {
	Name() string
	Stat() (fs.FileInfo, error)
	Sync() error
	SHA256() string
}

func (f folder) put(r io.Reader) (sha string, size int64, err error) {
	dir, err := f.spool()
	if err != nil {
		return "", 0, err
	}
	if s, ok := r.(spooled); ok && filepath.Dir(s.Name()) == dir {
		// A second name instead of a copy, where the file system can: who spooled it
		// removes the first one.
		second := s.Name() + ".kept"
		if os.Link(s.Name(), second) == nil {
			defer os.Remove(second) // is there still if it was kept before: a file does not take its own place
			info, err := s.Stat()
			if err = errors.Join(err, s.Sync()); err != nil {
				return "", 0, err
			}
			return s.SHA256(), info.Size(), f.settle(second, s.SHA256())
		}
	}
	in, err := os.CreateTemp(dir, "")
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(in.Name()) // fails after the rename, as it should
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(in, h), r)
	if err == nil {
		err = in.Sync()
	}
	if err = errors.Join(err, in.Close()); err != nil {
		return "", 0, err
	}
	sha = hex.EncodeToString(h.Sum(nil))
	return sha, size, f.settle(in.Name(), sha)
}

// settle gives a file of the spool folder the name of its content, durably: the name must
// be on disk before the row that tells of it.
func (f folder) settle(file, sha string) error {
	letters := sha[:2]
	dir := filepath.Join(f.root, letters)
	err := os.Rename(file, filepath.Join(dir, sha))
	if errors.Is(err, fs.ErrNotExist) {
		f.safe.Delete(letters)
		if err = os.MkdirAll(dir, 0o700); err == nil {
			err = os.Rename(file, filepath.Join(dir, sha))
		}
	}
	if err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	if _, known := f.safe.Load(letters); known {
		return nil
	}
	if err := syncDir(f.root); err != nil {
		return err
	}
	f.safe.Store(letters, true)
	return nil
}

func (f folder) spool() (string, error) {
	dir := filepath.Join(f.root, "incoming")
	return dir, os.MkdirAll(dir, 0o700)
}

func (f folder) tidy(at time.Time) error {
	files, err := filepath.Glob(filepath.Join(f.root, "incoming", "*"))
	for _, path := range files {
		if info, e := os.Stat(path); e == nil && info.ModTime().Before(at) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

func (f folder) open(sha string) (io.ReadSeekCloser, error) {
	if len(sha) != 2*sha256.Size {
		return nil, fmt.Errorf("store: %q is not a SHA-256", sha)
	}
	return os.Open(filepath.Join(f.root, sha[:2], sha))
}

func (f folder) has(sha string) (bool, error) {
	_, err := os.Stat(filepath.Join(f.root, sha[:2], sha))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
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
