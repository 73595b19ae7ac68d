package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/store"
)

// codesIn gives what the codes on the pages of the PDF files below a folder say, and the
// words of the pages.
func codesIn(t *testing.T, dir string) (codes []string, text string) {
	t.Helper()
	pdfs, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	deeper, e := filepath.Glob(filepath.Join(dir, "*", "*.pdf"))
	if err != nil || e != nil {
		t.Fatal(err, e)
	}
	o := file.NewOpener(file.Options{})
	defer o.Close()
	for _, path := range slices.Concat(pdfs, deeper) {
		f, err := o.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for n := range f.Pages() {
			p, err := f.Page(t.Context(), n+1)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range code.Find(p.Gray) {
				codes = append(codes, c.Text)
			}
			for _, w := range p.Words {
				text += w.Text + " "
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return codes, text
}

// TestP08OfAScanOnlyOnesOwnPagesAreHandedOut exports a person whose letter stands in two
// files with other people's, one of them about who exports it: each page carries a code,
// so that a picture of another's is seen.
func TestP08OfAScanOnlyOnesOwnPagesAreHandedOut(t *testing.T) {
	t.Parallel()
	f := mailroom(t, false, staff)
	given := f.hoursAgo(1)
	mine := func(n string, s side) side { s.code = "MINE" + n; return s }
	other := func(s side) side { s.code = "OTHER"; return s }
	first := f.took(f.typed("first.pdf", other(jans()), side{code: separator()}, mine("1", emilys())), "--received", given)
	second := f.took(f.typed("second.pdf", other(jans("Drugi list.")), side{code: separator()}, mine("2", emilys("The rest of it."))), "--received", given)
	if len(first.Letters) != 2 || len(second.Letters) != 2 {
		t.Fatalf("%+v, %+v", first, second)
	}
	hers := first.Letters[1]
	f.must(exitDone, "desk", "join", hers.Arrival, second.Letters[1].Arrival)
	err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
		tx.SetAbout(complaint.About{ComplaintID: f.record(first.Letters[0]).Complaint.ID, Staff: "Zofia Wójcik", State: complaint.AboutConfirmed, By: "skarga", At: f.app.now()})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(dir, what string) (text string) {
		t.Helper()
		codes, text := codesIn(t, dir)
		if slices.Contains(codes, "OTHER") || !slices.Contains(codes, "MINE1") || !slices.Contains(codes, "MINE2") {
			t.Errorf("%s shows the pages %q", what, codes)
		}
		for _, id := range []string{first.SHA256, second.SHA256} {
			path, err := f.app.store.ScanPath(id)
			if err != nil {
				t.Fatal(err)
			}
			if raw, err := os.ReadFile(path); err != nil || len(holds(t, dir, string(raw))) != 0 {
				t.Errorf("%s holds a whole file of the scanner, %v", what, err)
			}
		}
		return text
	}
	dir := t.TempDir()
	export := filepath.Join(dir, "export")
	f.must(exitDone, as("Zofia Wójcik", "subject", "export", string(hers.Reference), "--to", export)...)
	if text := check(export, "the export"); strings.Contains(text, "Kowalski") || !strings.Contains(text, "4471823") || !strings.Contains(text, "The rest of it.") {
		t.Errorf("the export says %s", text)
	}
	if left, err := filepath.Glob(filepath.Join(export, string(hers.Reference), "evidence", "*letter.pdf")); err != nil || len(left) != 1 {
		t.Errorf("the letter as evidence: %q, %v", left, err)
	}
	// A letter that belongs to no complaint.
	if _, err := f.tamper("UPDATE arrivals SET complaint_id = NULL, sender = 'emily@p.example' WHERE id = '" + hers.Arrival + "'"); err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(dir, "alone")
	f.must(exitDone, as("Zofia Wójcik", "subject", "export", "emily@p.example", "--to", alone)...)
	check(alone, "the export of a letter without a complaint")
}

// TestLetterOfNobodyIsToldOfWhoMayHaveWrittenIt: a name that was only read off a scan is not
// certain. A complaint without a customer is told of, and theirs when its reference is named.
func TestLetterOfNobodyIsToldOfWhoMayHaveWrittenIt(t *testing.T) {
	t.Parallel()
	f := mailroom(t, false, staff)
	l := f.took(f.typed("thanks.pdf", emilys())).Letters[0]
	f.took(f.typed("other.pdf", jans()))
	f.must(exitDone, "overrule", "set-aside", l.Arrival, "--reason", "thanks for a cake")
	if _, err := f.tamper("UPDATE complaints SET customer_name = '', search = lower(reference) WHERE id = '" + f.record(l).Complaint.ID + "'"); err != nil {
		t.Fatal(err)
	}
	erase := as("Zofia Wójcik", "subject", "erase", "Emily Clark", "--dry-run")
	f.must(exitFailed, erase...)
	if err := f.app.search().CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	ref := string(l.Reference)
	if out := f.must(exitDone, erase...); !strings.Contains(out, ref+" has no customer") || strings.Count(out, "ASK4-") != 1 || !strings.Contains(out, "0 complaints") {
		t.Errorf("a name alone: %s", out)
	}
	dir := filepath.Join(t.TempDir(), "export")
	f.must(exitDone, as("Zofia Wójcik", "subject", "export", "Emily Clark", ref, "--to", dir)...)
	if _, text := codesIn(t, dir); !strings.Contains(text, "4471823") || strings.Contains(text, "Kowalski") {
		t.Errorf("the export says %s", text)
	}
	f.must(exitDone, as("Zofia Wójcik", "subject", "erase", ref, "--reason", "asked by letter")...)
	f.must(exitFailed, erase...)
}
