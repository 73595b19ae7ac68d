package scannerimport

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// moveInto moves a file into a folder, under another name if its own is taken there:
// nothing is overwritten. sum is the SHA-256 of its bytes, hex: onto another drive they
// are copied, and the file goes only when the copy is safe there and is the same.
func moveInto(path, folder, sum string) (string, error) {
	// Only the folder itself: those around it may be away with their drive.
	if err := os.Mkdir(folder, 0o750); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	place, err := freeName(folder, filepath.Base(path))
	if err != nil {
		return "", err
	}
	to := place.Name()
	if err = os.Rename(path, to); errors.Is(err, syscall.EXDEV) {
		if err = copyOver(path, place, sum); err == nil {
			return to, errors.Join(place.Close(), os.Remove(path))
		}
	}
	if err != nil {
		return "", errors.Join(err, place.Close(), os.Remove(to))
	}
	return to, place.Close()
}

// freeName makes an empty file of a name in a folder, or of one that is not taken.
func freeName(folder, name string) (*os.File, error) {
	ending := filepath.Ext(name)
	for n := 1; ; n++ {
		to := filepath.Join(folder, name)
		if n > 1 {
			to = filepath.Join(folder, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ending), n, ending))
		}
		f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
		if !errors.Is(err, os.ErrExist) {
			return f, err
		}
	}
}

// copyOver copies a file to another drive, and reads back what lies there.
func copyOver(path string, to *os.File, sum string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	if err := errors.Join(to.Chmod(info.Mode().Perm()), to.Sync()); err != nil {
		return err
	}
	if _, err := to.Seek(0, io.SeekStart); err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, to); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != sum {
		return fmt.Errorf("scannerimport: the copy of %s in %s is not what was taken in; the file stays", filepath.Base(path), filepath.Dir(to.Name()))
	}
	if err := os.Chtimes(to.Name(), info.ModTime(), info.ModTime()); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to.Name()))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// TryMove says whether files of a folder can be moved to another, which may be relative
// to it, as the import moves them.
func TryMove(from, to string) error {
	if !filepath.IsAbs(to) {
		to = filepath.Join(from, to)
	}
	f, err := os.CreateTemp(from, ".skarga-check-") // hidden: no scan
	if err != nil {
		return err
	}
	empty := sha256.Sum256(nil)
	moved, err := moveInto(f.Name(), to, hex.EncodeToString(empty[:]))
	if err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return errors.Join(f.Close(), os.Remove(moved))
}
