package web

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// lettersView is what waits for the post.
type lettersView struct {
	Post
	Notice string
	Print  []complaint.Letter // to print
	Out    []complaint.Letter // printed, and not posted
}

// letters shows what waits to be printed, posted or given an address.
func (v *visit) letters(who complaint.Person) {
	p, err := v.Console.Mailroom.Post(v.r.Context(), who)
	if err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "letters", "", nil) {
		return
	}
	page := lettersView{Post: p, Notice: v.notice()}
	for _, l := range p.Letters {
		if l.PrintRun == "" {
			page.Print = append(page.Print, l)
		} else {
			page.Out = append(page.Out, l)
		}
	}
	v.show("staff_letters", view{Title: "Post", Data: page})
}

func runPath(id string) string { return "/staff/letters/run/" + url.PathEscape(id) }

// printLetters makes one file of all letters that wait.
func (v *visit) printLetters(who complaint.Person) {
	run, err := v.Console.Mailroom.Print(v.r.Context(), who)
	if err != nil {
		v.letterError(err)
		return
	}
	v.done(runPath(run), "printed")
}

// runView is a print run.
type runView struct {
	complaint.PrintRun
	Notice  string
	Letters []complaint.Letter
	Waiting int    // printed and not posted
	Now     string // for the time of posting
}

// printRun shows a print run with its letters.
func (v *visit) printRun(who complaint.Person) {
	r, letters, err := v.Console.Mailroom.Run(v.r.Context(), who, v.r.PathValue("run"))
	if err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "print run "+r.ID, "", nil) {
		return
	}
	page := runView{PrintRun: r, Notice: v.notice(), Letters: letters, Now: v.Now().In(v.Location).Format("2006-01-02 15:04")}
	for _, l := range letters {
		if l.Status == complaint.Queued {
			page.Waiting++
		}
	}
	v.show("staff_printrun", view{Title: "Print run " + r.ID, Data: page})
}

// printRunFile sends the file of a run.
func (v *visit) printRunFile(who complaint.Person) {
	name, pdf, err := v.Console.Mailroom.RunFile(v.r.Context(), who, v.r.PathValue("run"))
	if err != nil {
		v.letterError(err)
		return
	}
	defer pdf.Close()
	if !v.listed(who, "print run "+v.r.PathValue("run"), "", nil) {
		return
	}
	v.sendPDF(name, pdf)
}

// sendPDF sends a file to be kept; it is not shown in the browser.
func (v *visit) sendPDF(name string, pdf io.Reader) {
	h := v.w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
	_, _ = io.Copy(v.w, pdf) // the client went away: nothing to do
}

// actOnRun records the posting of a run, or writes its file anew.
func (v *visit) actOnRun(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	id, said := v.r.PathValue("run"), "posted"
	var err error
	switch f.Get("do") {
	case "reprint":
		said, err = "reprinted", v.Console.Mailroom.Reprint(v.r.Context(), who, id)
	case "posted":
		at := v.Now()
		if text := strings.TrimSpace(f.Get("at")); text != "" {
			if at, err = v.Console.Mailroom.ParseReceived(text); err != nil {
				break
			}
		}
		var except []complaint.Reference
		if except, err = v.references(who, f["except"]); err == nil {
			err = v.Console.Mailroom.Posted(v.r.Context(), who, id, at, except)
		}
	default:
		err = fmt.Errorf("%w: choose what to do", ingest.ErrField)
	}
	if err != nil {
		v.letterError(err)
		return
	}
	v.done(runPath(id), said)
}

// letterReturned records that a letter came back.
func (v *visit) letterReturned(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	ref, err := v.Console.Office.ParseReference(v.r.Context(), who, f.Get("ref"))
	if err != nil {
		v.sorry(http.StatusUnprocessableEntity, "Nothing was changed", words(err))
		return
	}
	c, err := v.Console.Office.View(v.r.Context(), who, ref)
	if err == nil {
		reason := cmp.Or(strings.TrimSpace(f.Get("reason")), strings.TrimSpace(f.Get("other")))
		if reason == "" {
			err = ingest.ErrNoReason
		} else {
			err = v.Console.Mailroom.Returned(v.r.Context(), who, c.Complaint.ID, reason)
		}
	}
	if err != nil {
		v.letterError(err)
		return
	}
	v.done("/staff/letters", "returned")
}
