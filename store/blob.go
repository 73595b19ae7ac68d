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
	// spool makes the folder for what comes in: a file that is written there and then
	// put is not copied.
	spool() (dir string, err error)
	// tidy removes what came in before a time and never got its name.
	tidy(at time.Time) error
}

// folder is blobs in the file system, two letters of the hash deep.
type folder string

// summed is a body whose SHA-256, in hex, was taken while it was written.
type summed interface{ SHA256() string }

func (f folder) put(r io.Reader) (sha string, size int64, err error) {
	in, err := f.receive(r)
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(in.Name()) // fails after the rename, as it should
	defer in.Close()
	if sha, size, err = in.fill(r); err != nil {
		return "", 0, err
	}
	if err := errors.Join(in.Sync(), in.Close()); err != nil {
		return "", 0, err
	}
	dir := filepath.Join(string(f), sha[:2])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", 0, err
	}
	if err := os.Rename(in.Name(), filepath.Join(dir, sha)); err != nil {
		return "", 0, err
	}
	// The name must be on disk before the row that tells of it.
	return sha, size, errors.Join(syncDir(dir), syncDir(string(f)))
}

// incoming is a file that has no name of its content yet.
type incoming struct {
	*os.File
	whole bool // the bytes are in it already
}

// fill writes r's bytes, if they are not there yet, and gives their hash and size.
func (in incoming) fill(r io.Reader) (sha string, size int64, err error) {
	if s, ok := r.(summed); ok && in.whole {
		info, err := in.Stat()
		if err != nil {
			return "", 0, err
		}
		return s.SHA256(), info.Size(), nil
	}
	h := sha256.New()
	to := io.Writer(h)
	if !in.whole {
		to = io.MultiWriter(in, h)
	}
	size, err = io.Copy(to, r)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// receive makes the file for r's bytes. What was spooled gets a second name instead of
// a copy, where the file system can: its maker removes the first one.
func (f folder) receive(r io.Reader) (incoming, error) {
	dir, err := f.spool()
	if err != nil {
		return incoming{}, err
	}
	if spooled, ok := r.(interface{ Name() string }); ok && filepath.Dir(spooled.Name()) == dir {
		second := spooled.Name() + ".kept"
		if os.Link(spooled.Name(), second) == nil {
			file, err := os.OpenFile(second, os.O_RDWR, 0)
			return incoming{file, true}, err
		}
	}
	file, err := os.CreateTemp(dir, "")
	return incoming{File: file}, err
}

func (f folder) spool() (string, error) {
	dir := filepath.Join(string(f), "incoming")
	return dir, os.MkdirAll(dir, 0o700)
}

func (f folder) tidy(at time.Time) error {
	files, err := filepath.Glob(filepath.Join(string(f), "incoming", "*"))
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
