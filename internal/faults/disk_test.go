package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// smallDisk mounts a file system of so many bytes in memory.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	if testing.Short() {
		t.Skip("runs for long")
	}
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes))
	testserver.Need(t, "mounting a small disk", err)
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestDiskFull fills the disk of the database and of the large messages while mail
// flows, and frees it again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 48<<20)
	w := newWorld(t, place{dir: dir})
	n := w.firstServe(t)
	large := strings.Repeat(strings.Repeat("All of it is true. ", 4)+"\n", 4000) // goes to the folder
	for range rounds(2, 10) {
		before := w.sink.Len()
		w.mustAdd(t, 20)
		eventually(t, "mail flows", func() bool { return w.sink.Len() > before })
		rubbish := filepath.Join(dir, "rubbish")
		fill(t, rubbish)
		failed := n.count("no space left") + n.count("disk is full")
		w.mustAdd(t, 50)
		for range 5 {
			if _, err := w.box.Add("INBOX", letter(w.sent, large), time.Time{}); err != nil {
				t.Fatal(err)
			}
			w.sent++
		}
		eventually(t, "the full disk is noticed", func() bool { return n.count("no space left")+n.count("disk is full") > failed })
		if err := os.Remove(rubbish); err != nil {
			t.Fatal(err)
		}
	}
	w.settle(t)
	w.whole(t, connections*rounds(2, 10))
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<16); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
}
