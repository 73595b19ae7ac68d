package scannerimport

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"golang.org/x/sync/errgroup"
)

// Folder is a folder into which scanners write.
type Folder struct {
	Path   string
	Settle time.Duration // a file is taken when size and time have stood still for so long; 0: two seconds
	Rescan time.Duration // between looks beside the watcher's; 0: 30 seconds
	// Lock keeps other nodes from the same folder; nil: there are none.
	Lock func(ctx context.Context) (release func(), ok bool, err error)
}

// emptyPatience is how many times Settle an empty file may wait to be written.
const emptyPatience = 60

// Watch takes in what scanners write into a folder and reads it, until ctx ends. A
// folder that is not there, as when a network drive is away, is waited for.
func (im *Importer) Watch(ctx context.Context, f Folder) error {
	if f.Settle <= 0 {
		f.Settle = 2 * time.Second
	}
	if f.Rescan <= 0 {
		f.Rescan = 30 * time.Second
	}
	taken := make(chan struct{}, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return im.watch(ctx, f, taken) })
	g.Go(func() error { return im.readAll(ctx, f.Rescan, taken) })
	return g.Wait()
}

// standing is a file as it was when it was looked at last.
type standing struct {
	size  int64
	time  time.Time
	since time.Time // it stands still
	retry time.Time // it failed: not before
	done  bool      // it was taken in and could not be moved away
}

// looked is what is known of a folder from one look to the next.
type looked struct {
	seen  map[string]standing
	moved map[string]left // where they are now
}

// left is a file that was moved away.
type left struct {
	from string
	size int64
	at   time.Time
}

// movedWatch is for how long a file that was moved away is looked at: a scanner that was
// stopped, e.g. by a jam, goes on writing to it.
const movedWatch = time.Hour

// watch takes files that stand still. The watcher only says when to look: what it
// misses, as on network drives, the next look finds.
func (im *Importer) watch(ctx context.Context, f Folder, taken chan<- struct{}) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		im.Log.Warn("the folder of scans is looked at from time to time only", "folder", f.Path, "err", err)
		w = &fsnotify.Watcher{}
	} else {
		defer w.Close()
	}
	l := looked{map[string]standing{}, map[string]left{}}
	away := false
	for {
		next, err := im.look(ctx, f, w, l, taken)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !away:
			im.Log.Error("the folder of scans cannot be read; it is waited for", "folder", f.Path, "err", err)
		case err == nil && away:
			im.Log.Info("the folder of scans is there again", "folder", f.Path)
		}
		away = err != nil
		if err := awaken(ctx, w, next); err != nil {
			return err
		}
	}
}

// awaken waits for the next look: until something happens in the folder, or a time.
func awaken(ctx context.Context, w *fsnotify.Watcher, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case e, open := <-w.Events:
			if !open || e.Has(fsnotify.Create) || e.Has(fsnotify.Write) || e.Has(fsnotify.Rename) {
				return nil
			}
		case <-w.Errors: // e.g. too many events at once: look
			return nil
		}
	}
}

// look goes through the folder once, takes what stands still, and says how long to
// wait for the next look.
func (im *Importer) look(ctx context.Context, f Folder, w *fsnotify.Watcher, l looked, taken chan<- struct{}) (time.Duration, error) {
	im.writtenOn(l.moved)
	files, err := im.walk(f.Path, w)
	if err != nil {
		return f.Rescan, err
	}
	if f.Lock != nil && len(files) > 0 {
		release, ok, err := f.Lock(ctx)
		if err != nil || !ok {
			return f.Rescan, err
		}
		defer release()
	}
	now, next := time.Now(), f.Rescan // of the folder, not of a rule
	for path, info := range files {
		s, known := l.seen[path]
		if !known || s.size != info.Size() || !s.time.Equal(info.ModTime()) {
			s = standing{size: info.Size(), time: info.ModTime(), since: now}
		}
		if s.done {
			continue
		}
		wait := f.Settle
		if s.size == 0 {
			wait *= emptyPatience
		}
		wait = max(wait-now.Sub(s.since), s.retry.Sub(now))
		if wait <= 0 {
			to, again := im.try(ctx, path, f, taken)
			if to != "" {
				l.moved[to] = left{path, s.size, now}
			}
			s.done, s.retry, wait = again == 0, now.Add(again), again
		}
		l.seen[path] = s
		if wait > 0 {
			next = min(next, wait)
		}
	}
	for path := range l.seen {
		if _, there := files[path]; !there {
			delete(l.seen, path)
		}
	}
	return max(next, 10*time.Millisecond), ctx.Err()
}

// try takes one file, and says where it was moved to, and how long to wait before it is
// tried again if it fails; 0 when it was taken in.
func (im *Importer) try(ctx context.Context, path string, f Folder, taken chan<- struct{}) (movedTo string, again time.Duration) {
	t, err := im.Take(ctx, path, Received{}, Progress{})
	switch {
	case err == nil:
		im.Log.Info("scan taken in", "file", t.File.Name, "pages", t.File.Pages, "letters", len(t.Letters), "again", t.Again)
		select {
		case taken <- struct{}{}:
		default:
		}
		return t.MovedTo, 0
	case ctx.Err() != nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrMoving):
		return "", f.Settle // it vanished, or it is being written
	default:
		im.Log.Error("a scan could not be taken in; it stays and is tried again", "file", filepath.Base(path), "err", err)
	}
	return "", f.Rescan
}

// writtenOn brings files back that were written on after they had been moved away: what was
// taken in was a part, and the whole is taken in as another file.
func (im *Importer) writtenOn(moved map[string]left) {
	for path, l := range moved {
		info, err := os.Stat(path)
		switch {
		case err != nil || time.Since(l.at) > movedWatch:
			delete(moved, path)
		case info.Size() != l.size:
			delete(moved, path)
			im.Log.Warn("a scan was written on after it was taken in; it is taken in again", "file", filepath.Base(path))
			if _, err := moveInto(path, filepath.Dir(l.from), ""); err != nil {
				im.Log.Error("move a scan back", "file", filepath.Base(path), "err", err)
			}
		}
	}
}

// walk lists the files of a folder and its sub-folders, and watches them. What is
// hidden, and what was moved away, is left out.
func (im *Importer) walk(root string, w *fsnotify.Watcher) (map[string]os.FileInfo, error) {
	files := map[string]os.FileInfo{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == root:
			return err
		case err != nil:
			return nil // it vanished, or may not be read: the next look tells
		case path != root && Ignored(d.Name()):
			return skip(d)
		case d.IsDir():
			if path != root && (im.away(path, im.Done) || im.away(path, im.Desk)) {
				return fs.SkipDir
			}
			if w.Events != nil {
				_ = w.Add(path) // without it the next look finds what is new
			}
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			files[path] = info
		}
		return nil
	})
	return files, err
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// away says whether a folder is one that files are moved to.
func (im *Importer) away(path, folder string) bool {
	if filepath.IsAbs(folder) {
		return path == filepath.Clean(folder)
	}
	return filepath.Base(path) == filepath.Clean(folder)
}

// Ignored says whether a name is one that programs make for themselves: hidden files,
// thumbnails, and files that are being written under a name of their own.
func Ignored(name string) bool {
	lower := strings.ToLower(name)
	return Unfinished(name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || lower == "thumbs.db" || lower == "desktop.ini"
}

// Unfinished says whether a name is one under which a program writes a file that has its
// own name when it is whole.
func Unfinished(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".tmp", ".part", ".partial", ".crdownload", ".filepart":
		return true
	}
	return false
}

// readAll reads what was taken in, those whose letters arrived first before the
// others, also what an earlier process left.
func (im *Importer) readAll(ctx context.Context, every time.Duration, taken <-chan struct{}) error {
	failed := map[string]time.Time{}
	for {
		files, err := im.store.UnreadScans(ctx, im.holder(), 100)
		if err != nil && ctx.Err() == nil {
			im.Log.Error("list scans to read", "err", err)
		}
		did := false
		for _, f := range files {
			if time.Since(failed[f.ID]) < every || f.State != "split" && f.MovedAt.IsZero() && im.still(f.Source) {
				continue // it is being divided, or will be
			}
			ok, err := im.ReadScan(ctx, f.ID, Progress{})
			if err != nil && ctx.Err() == nil {
				im.Log.Error("read a scan", "file", f.Name, "err", err)
				failed[f.ID] = time.Now()
			}
			if ok {
				did = true
				break // what came meanwhile may be more urgent
			}
		}
		if did {
			continue
		}
		if err := im.Complete(ctx); err != nil && ctx.Err() == nil {
			im.Log.Error("complete letters", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-taken:
		case <-time.After(every):
		}
	}
}

// still says whether a source is where it was taken from.
func (im *Importer) still(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
