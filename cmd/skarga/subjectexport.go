package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type subjectExportCmd struct {
	Who []string `arg:"" help:"Whole name, e-mail address, or the reference of a complaint; several for one person who has several."`
	To  string   `required:"" help:"Folder to make; it must not hold anything." placeholder:"FOLDER"`
}

// Run writes all that is kept about one person: a folder for each complaint, with its
// correspondence as one PDF, the evidence beside it and the record as JSON, a folder
// for what belongs to none, and an index.
func (c subjectExportCmd) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActErase)
	if err != nil {
		return err
	}
	defer a.Close()
	found, err := a.cases.Subject(s.ctx, who, c.Who...)
	if err != nil {
		return fieldUsage(err)
	}
	if found.Scope.Empty() && len(found.Erased) > 0 {
		return errors.Join(s.tell(a, found), errors.New("there is nothing to hand out"))
	}
	if left, err := os.ReadDir(c.To); err == nil && len(left) > 0 {
		return fmt.Errorf("%s holds something; name a folder that is not there yet", c.To)
	}
	part := filepath.Clean(c.To) + ".part"
	if err := a.exportSubject(s.ctx, who, found, part); err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	if err := a.cases.Exported(s.ctx, who, found); err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	_ = os.Remove(c.To) // an empty folder; if it is none, the next line says so
	if err := os.Rename(part, c.To); err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	if err := s.tell(a, found); err != nil || s.cli.JSON {
		return err
	}
	return s.done("Written; begin with %s", filepath.Join(c.To, "index.html"))
}

// exportSubject writes the folder.
func (a *app) exportSubject(ctx context.Context, who complaint.Person, found casework.Subject, dir string) error {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Join(dir, "other"), 0o700)); err != nil { // of an earlier try that was cut off
		return err
	}
	for _, c := range found.Complaints {
		v, err := a.cases.View(ctx, who, c.Reference)
		if err != nil {
			return err
		}
		b := binder{app: a, view: v, dir: filepath.Join(dir, string(c.Reference))}
		if err := b.bind(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.Reference, err)
		}
		if err := writeJSON(filepath.Join(b.dir, "record.json"), v); err != nil {
			return err
		}
	}
	for _, id := range found.Scope.Arrivals {
		if err := a.exportArrival(ctx, who, id, filepath.Join(dir, "other")); err != nil {
			return err
		}
	}
	for _, id := range found.Scope.Deliveries {
		d, err := a.store.Delivery(ctx, id)
		if err != nil {
			return err
		}
		ending := ".eml"
		if d.Way == complaint.ByLetter {
			ending = ".pdf"
		}
		if err := os.WriteFile(filepath.Join(dir, "other", "sent-"+id+ending), d.Bytes, 0o600); err != nil {
			return err
		}
	}
	surveys, err := a.store.SurveysOf(ctx, found.Scope.Surveys)
	if err == nil && len(surveys) > 0 {
		err = writeJSON(filepath.Join(dir, "other", "surveys.json"), surveys)
	}
	if err != nil {
		return err
	}
	for _, id := range found.Scope.Drafts {
		d, ok, err := a.store.Draft(ctx, id)
		if err == nil && ok {
			err = writeJSON(filepath.Join(dir, "other", "form-"+id+".json"), d)
		}
		if err != nil {
			return err
		}
	}
	return a.exportIndex(found, dir)
}

// exportArrival writes what came in and belongs to no complaint. Of a letter these are its
// own pages: the file of the scanner may hold other people's.
func (a *app) exportArrival(ctx context.Context, who complaint.Person, id, dir string) (err error) {
	x, err := a.store.GetArrival(ctx, id)
	if err != nil {
		return err
	}
	if x.Channel == complaint.ChannelLetter {
		v, err := a.letterView(ctx, who, id)
		if err != nil || len(v.Pages) == 0 {
			return err
		}
		return writeNew(filepath.Join(dir, "received-"+id+".pdf"), func(w io.Writer) error { return a.writeCopy(ctx, v, w) })
	}
	raw, err := a.store.OpenRaw(ctx, id)
	if err != nil || raw == nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	return writeNew(filepath.Join(dir, "received-"+id+".eml"), func(w io.Writer) error {
		_, err := io.Copy(w, raw)
		return err
	})
}

// writeNew writes a file that must not be there; of one that fails nothing stays.
func writeNew(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// exportPage is the index, readable without anything else.
var exportPage = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>What {{.Firm}} keeps about a person</title>
<style>body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}</style>
<h1>What {{.Firm}} keeps about a person</h1>
<p>Made on {{.Date}}. Each complaint has a folder: its correspondence as one PDF, the files in "evidence", and the whole record in record.json.</p>
<h2>Complaints</h2>
<table><tr><th>Reference<th>Name<th>E-mail<th>Received<th>Stage</tr>
{{range .Complaints}}<tr><td>{{.Reference}}<td>{{.CustomerName}}<td>{{.CustomerAddress}}<td>{{.ReceivedAt.Format "2 Jan 2006"}}<td>{{.Stage}}</tr>
{{end}}</table>
{{with .Named}}<h2>Complaints of other people in which the person has a part</h2>
<ul>{{range .}}<li>{{.Reference}}</li>{{end}}</ul>
<p>They hold other people's data and are not in this folder.</p>{{end}}
<h2>Files</h2>
<ul>{{range .Files}}<li><a href="{{.}}">{{.}}</a></li>
{{end}}</ul>
</html>
`))

func (a *app) exportIndex(found casework.Subject, dir string) error {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			path, err = filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, "index.html"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = exportPage.Execute(f, map[string]any{"Firm": a.cfg.Firm.Name, "Date": a.now().In(a.rules.Location).Format("2 January 2006 15:04 MST"),
		"Complaints": found.Complaints, "Named": found.Named, "Files": files})
	return errors.Join(err, f.Close())
}
