package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/page"
)

// scans measures the import of paper: its speed against tesseract alone, the time to
// the first letter, and the memory that large files take.
func (b *bench) scans(ctx context.Context) error {
	fmt.Fprintf(b.table, "\t\t\t\t\n%d pages at 300 dpi, grey, PDF\tpages/minute\tof tesseract alone\tprocessor seconds a page\tpeak MB, all processes\t\n", b.scanned)
	batch := filepath.Join(b.dir, "batch.pdf")
	if err := writeBatch(batch, b.scanned); err != nil {
		return err
	}
	alone, cpu, err := tesseractAlone(ctx, batch, b.dir)
	if err != nil {
		return err
	}
	n := float64(b.scanned)
	fmt.Fprintf(b.table, "tesseract alone, one process a core\t%.1f\t1.00\t%.2f\t\t\n", n/alone.Minutes(), cpu.Seconds()/n)
	whole, err := b.imports(ctx, batch)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.table, "the whole import\t%.1f\t%.2f\t%.2f\t%d\t\n", n/whole.took.Minutes(), alone.Seconds()/whole.took.Seconds(), whole.cpu.Seconds()/n, whole.peak>>20)
	recorded, complaint, err := b.firstLetter(ctx, batch)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.table, "\t\t\t\t\nthe first letter of it, after the file stood still\trecorded ms\ta complaint ms\t\t\n%s\t%d\t%d\t\t\n",
		"serve", recorded.Milliseconds(), complaint.Milliseconds())
	if b.big == 0 {
		return nil
	}
	fmt.Fprintf(b.table, "\t\t\t\t\n%d pages in one file\tpages/minute\tMB of the file\t\tpeak MB, all processes\t\n", b.big)
	for _, name := range []string{"large.pdf", "large.tif"} {
		path := filepath.Join(b.dir, name)
		if err := writeLarge(path, b.big); err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		large, err := b.imports(ctx, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.table, "%s\t%.1f\t%d\t\t%d\t\n", name, float64(b.big)/large.took.Minutes(), info.Size()>>20, large.peak>>20)
	}
	return nil
}

// tesseractAlone prepares the pages of a file, and then gives the time that tesseract
// takes for them from the disk, as many at once as there are processors.
func tesseractAlone(ctx context.Context, path, dir string) (took, cpu time.Duration, err error) {
	o := file.NewOpener(file.Options{})
	f, err := o.Open(ctx, path)
	if err != nil {
		return 0, 0, errors.Join(err, o.Close())
	}
	var ready []string
	args := map[string]string{}
	for i := range f.Pages() {
		p, err := f.Page(ctx, i+1)
		if err != nil {
			return 0, 0, err
		}
		if isSheet(i) {
			continue // no letter's
		}
		r := page.Prepare(p.Gray, p.DPIX, p.DPIY)
		name := filepath.Join(dir, fmt.Sprintf("prepared-%d.pgm", i))
		var pgm bytes.Buffer
		fmt.Fprintf(&pgm, "P5 %d %d 255\n", r.Gray.Rect.Dx(), r.Gray.Rect.Dy())
		for y := range r.Gray.Rect.Dy() {
			pgm.Write(r.Gray.Pix[y*r.Gray.Stride:][:r.Gray.Rect.Dx()])
		}
		if err := os.WriteFile(name, pgm.Bytes(), 0o600); err != nil {
			return 0, 0, err
		}
		ready, args[name] = append(ready, name), fmt.Sprint(int(r.DPI+0.5))
	}
	if err := errors.Join(f.Close(), o.Close()); err != nil {
		return 0, 0, err
	}
	start := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	var spent atomic.Int64
	for _, name := range ready {
		g.Go(func() error {
			cmd := exec.CommandContext(ctx, "tesseract", name, "stdout", "-l", "pol+eng", "--dpi", args[name], "tsv")
			cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
			err := cmd.Run()
			if err == nil {
				spent.Add(int64(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()))
			}
			return err
		})
	}
	err = g.Wait()
	took = time.Since(start)
	for _, name := range ready {
		err = errors.Join(err, os.Remove(name))
	}
	return took, time.Duration(spent.Load()), err
}

// mailroom writes the configuration of an installation of its own for scans.
func (b *bench) mailroom() (p *pipeline, folder string, err error) {
	if p, err = b.pipeline("sqlite", "scans"); err != nil {
		return nil, "", err
	}
	folder = filepath.Join(p.dir, "scans")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, "", err
	}
	return p, folder, os.WriteFile(p.config(), fmt.Appendf(nil, `mailboxes = []
[database]
path = %q
folder = %q
[import]
folder = %q
settle = "2s"
[web]
address = ""
[serve]
roles = ["import"]
health_address = ""
log_level = "warn"
`, p.db.dsn, p.db.folder, folder), 0o600)
}

// spent is what an import took, with all its processes.
type spent struct {
	took, cpu time.Duration
	peak      int64 // bytes, together
}

// imports runs `skarga import` over a file.
func (b *bench) imports(ctx context.Context, path string) (all spent, err error) {
	p, _, err := b.mailroom()
	if err != nil {
		return all, err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, p.skarga, "--config", p.config(), "import", "--keep", path)
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return all, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				return all, fmt.Errorf("bench: import %s: %w: %s", filepath.Base(path), err, said.String())
			}
			all.took, all.cpu = time.Since(start), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
			return all, nil
		case <-tick.C:
			all.peak = max(all.peak, residentTree(cmd.Process.Pid))
		}
	}
}

// firstLetter gives the times from the moment at which a file has stood still for its
// delay to its first letter on record, and to that letter as a complaint, with `serve`.
func (b *bench) firstLetter(ctx context.Context, path string) (recorded, complaint time.Duration, err error) {
	const settle = 2 * time.Second // as the configuration says
	p, folder, err := b.mailroom()
	if err != nil {
		return 0, 0, err
	}
	s, err := p.db.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return 0, 0, err
	}
	id, err := copyFile(path, filepath.Join(p.dir, "waiting"))
	if err != nil {
		return 0, 0, err
	}
	if p.log, err = os.Create(filepath.Join(p.dir, "skarga.log")); err != nil {
		return 0, 0, err
	}
	p.cmd = exec.CommandContext(ctx, p.skarga, "--config", p.config(), "serve")
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < 3*time.Second; { // it is up
		<-tick.C
	}
	if err := os.Rename(filepath.Join(p.dir, "waiting"), filepath.Join(folder, "batch.pdf")); err != nil {
		return 0, 0, err
	}
	still := time.Now().Add(settle)
	for {
		select {
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		case <-tick.C:
		}
		pages, err := s.Pages(ctx, id)
		if err != nil {
			return 0, 0, err
		}
		for _, row := range pages {
			if row.ArrivalID == "" {
				continue
			}
			if recorded == 0 {
				recorded = time.Since(still)
			}
			a, err := s.GetArrival(ctx, row.ArrivalID)
			if err != nil {
				return 0, 0, err
			}
			if a.ComplaintID != "" {
				return recorded, time.Since(still), nil
			}
			break
		}
		if time.Since(still) > time.Minute {
			return 0, 0, errors.New("bench: no letter is on record a minute after its file stood still")
		}
	}
}

// copyFile copies a file and gives its SHA-256.
func copyFile(from, to string) (sum string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, h), in)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, out.Close())
}
