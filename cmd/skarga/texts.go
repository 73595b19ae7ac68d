package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"ask4.com/skarga/templates"
)

// lookAtTexts is how often the folder of the firm's own templates is looked at: another
// node, or a person, may have written there.
const lookAtTexts = 5 * time.Second

// keepTexts takes over what changed in the folder of the firm's own templates, until ctx
// ends. What does not pass the check is not taken over: the texts in force stay.
func (a *app) keepTexts(ctx context.Context, every time.Duration) error {
	dir := a.cfg.Templates.Folder
	if dir == "" {
		return nil
	}
	seen := a.texts
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := stateOf(dir)
		if now == seen {
			continue
		}
		seen = now
		set, err := templates.Load(dir)
		if err != nil {
			a.log.Error("the templates in the folder have changed and do not pass; those before stay in force", "folder", dir, "err", err)
			continue
		}
		a.office.texts.Use(set)
		a.log.Info("templates taken over from the folder", "folder", dir)
	}
}

// stateOf names what lies in a folder: names, sizes and times. A folder that cannot be
// read is empty.
func stateOf(dir string) string {
	if dir == "" {
		return ""
	}
	var b strings.Builder
	_ = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return nil // what cannot be read now may be there at the next look
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return b.String()
}
