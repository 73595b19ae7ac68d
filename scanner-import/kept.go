package scannerimport

import (
	"image"
	"os"
	"sync"
	"time"

	"ask4.com/skarga/scanner-import/file"
)

// Bounds of the pages that are kept as they were drawn.
const (
	keptBytes = 640 << 20 // on disk, for all files: about 70 pages of A4 in grey at 300 dpi
	keptFor   = time.Hour // another process may read the file instead
)

// keptPages holds pages on disk as they were drawn when Split looked at them, so that
// ReadPages need not draw them again: that costs more than reading them back. Whatever
// does not fit, or fails, is drawn again. The zero value works.
type keptPages struct {
	dir string // "": the system's folder for temporary files

	mu    sync.Mutex
	size  int64
	files map[string]*keptFile // by the path of the scan
}

// keptFile is the pages of one scan. Its file has no name: it ends with the process.
type keptFile struct {
	file  *os.File
	size  int64
	since time.Time
	at    map[int]keptPage // by number
}

type keptPage struct {
	offset int64
	size   int
	page   file.Page // its picture without pixels
}

// keep writes a page down, if there is room.
func (k *keptPages) keep(path string, number int, p file.Page) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for other, f := range k.files {
		if time.Since(f.since) > keptFor {
			k.forgetFile(other)
		}
	}
	if k.size+int64(len(p.Gray.Pix)) > keptBytes {
		return
	}
	f := k.files[path]
	if f == nil {
		if f = k.begin(path); f == nil {
			return
		}
	}
	at := f.size
	n, err := f.file.WriteAt(p.Gray.Pix, at)
	f.size, k.size = f.size+int64(n), k.size+int64(n)
	if err == nil {
		p.Gray = &image.Gray{Stride: p.Gray.Stride, Rect: p.Gray.Rect}
		f.at[number] = keptPage{at, n, p}
	}
}

// begin makes the file for the pages of a scan; nil if it cannot.
func (k *keptPages) begin(path string) *keptFile {
	made, err := os.CreateTemp(k.dir, "")
	if err != nil {
		return nil
	}
	if os.Remove(made.Name()) != nil {
		_ = made.Close() // its pages are drawn again
		return nil
	}
	f := &keptFile{file: made, since: time.Now(), at: map[int]keptPage{}}
	if k.files == nil {
		k.files = map[string]*keptFile{}
	}
	k.files[path] = f
	return f
}

// page gives a page back; ok is false if it has to be drawn.
func (k *keptPages) page(path string, number int) (p file.Page, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.files[path]
	if f == nil {
		return p, false
	}
	kept, ok := f.at[number]
	if !ok {
		return p, false
	}
	p = kept.page
	p.Gray = &image.Gray{Pix: make([]byte, kept.size), Stride: p.Gray.Stride, Rect: p.Gray.Rect}
	if _, err := f.file.ReadAt(p.Gray.Pix, kept.offset); err != nil {
		return file.Page{}, false
	}
	return p, true
}

// forget drops the pages of a scan that was read.
func (k *keptPages) forget(path string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgetFile(path)
}

func (k *keptPages) forgetFile(path string) {
	if f := k.files[path]; f != nil {
		k.size -= f.size
		_ = f.file.Close() // nothing is lost with it
		delete(k.files, path)
	}
}
