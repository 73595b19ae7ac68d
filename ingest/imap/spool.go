package imap

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// inMemory is the size in bytes up to which a message stays in memory.
const inMemory = 256 << 10

// localError is a fault of our own machine, such as a full disk: it says nothing
// about the message.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }
func (e *localError) Unwrap() error { return e.err }

// spool reads a message of size bytes to its end, into memory or into a file in dir.
// It reads all of r even after a failure of our own, so that the connection stays
// usable.
func spool(r io.Reader, size int64, dir string) (io.ReadSeeker, error) {
	if size <= inMemory {
		b := make([]byte, size)
		if n, err := io.ReadFull(r, b); err != nil {
			return nil, fmt.Errorf("imap: message ended after %d of %d bytes: %w", n, size, err)
		}
		return bytes.NewReader(b), nil
	}
	f, err := os.CreateTemp(dir, "skarga-mail-*")
	if err != nil {
		_, _ = io.Copy(io.Discard, r) // the error that counts is ours
		return nil, &localError{fmt.Errorf("imap: spool: %w", err)}
	}
	h := sha256.New()
	n, err := copyAll(f, io.TeeReader(r, h))
	if err == nil && n != size {
		err = fmt.Errorf("imap: message ended after %d of %d bytes", n, size)
	}
	if err == nil {
		if _, e := f.Seek(0, io.SeekStart); e != nil {
			err = &localError{fmt.Errorf("imap: spool: %w", e)}
		}
	}
	if err != nil {
		release(&spooled{File: f})
		return nil, err
	}
	return &spooled{f, hex.EncodeToString(h.Sum(nil))}, nil
}

// spooled is a message in a file.
type spooled struct {
	*os.File
	sum string
}

// SHA256 is the hash of the message in hex, so that nobody reads it again for that.
func (s *spooled) SHA256() string { return s.sum }

// copyAll copies and tells faults of the disk from faults of the line.
func copyAll(f *os.File, r io.Reader) (int64, error) {
	w := &diskWriter{f: f}
	wide := wideWriters.Get().(*bufio.Writer)
	defer wideWriters.Put(wide)
	wide.Reset(w)
	n, err := wide.ReadFrom(r)
	_ = wide.Flush() // diskWriter keeps the error
	wide.Reset(nil)
	if w.err != nil {
		return n, &localError{fmt.Errorf("imap: spool: %w", w.err)}
	}
	if err != nil {
		return n, fmt.Errorf("imap: message ended after %d bytes: %w", n, err)
	}
	return n, nil
}

// wideWriters gather what the line gives in pieces of a few KB: a call of the system for
// each would cost as much as the rest.
var wideWriters = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 128<<10) }}

// diskWriter goes on accepting after the first failed write, which it keeps.
type diskWriter struct {
	f   *os.File
	err error
}

func (w *diskWriter) Write(b []byte) (int, error) {
	if w.err == nil {
		_, w.err = w.f.Write(b)
	}
	return len(b), nil
}

// release removes the file behind a body, if it has one.
func release(body io.ReadSeeker) {
	if f, ok := body.(*spooled); ok {
		_ = f.Close()           // only read since it was written
		_ = os.Remove(f.Name()) // a left-over file costs space, nothing else
	}
}

func isLocal(err error) bool {
	var l *localError
	return errors.As(err, &l)
}
