package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/file"
)

// read gives the words of each page of a PDF, one space between them.
func readPDF(t *testing.T, path string) (pages []string) {
	t.Helper()
	f, err := file.NewOpener(file.Options{}).Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for n := range f.Pages() {
		p, err := f.Page(t.Context(), n+1)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, w := range p.Words {
			words = append(words, w.Text)
		}
		pages = append(pages, strings.Join(words, " "))
	}
	return pages
}

// withFile is a message with one attached file.
func withFile(from, id, subject, text, name, content string) string {
	return fmt.Sprintf("From: %s\nTo: complaints@ask4.com\nSubject: %s\nDate: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <%s>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"+
		"--b\nContent-Type: text/plain; charset=utf-8\n\n%s\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"%s\"\n\n%s\n--b--\n", from, subject, id, text, name, content)
}

// TestP16BundleHoldsTheWholeCase takes a complaint to the ombudsman and through the
// decision, and reads the bundle as the ombudsman does.
func TestP16BundleHoldsTheWholeCase(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		v, ack := f.answered(f.take(withFile("Łucja Żak <lucja@student.example>", "b1@student.example", "Brak internetu", "Zażółć gęślą jaźń: internet nie działa 😡.\n\nPokój 214.", "..\\\\..\\\\C:evil/../zdjęcie usterki.png", "PNG")))
		id, ref := v.Complaint.ID, string(v.Complaint.Reference)
		f.must(exitDone, append([]string{"reply", ref, "--send"}, sayUpdate...)...)
		f.left(id, 2)
		f.must(exitDone, "set", ref, "root_cause=Uszkodzony kabel.", "category=fault", "lesson=Never tell the ombudsman this.")
		f.must(exitDone, "act", ref, "We replaced the cable.")
		f.must(exitDone, append([]string{"reply", ref, "--send"}, sayResponse...)...)
		f.left(id, 3)
		f.take(writes("Łucja Żak <lucja@student.example>", "b2@student.example", "Re: Brak internetu", "In-Reply-To: <"+ack.read.MessageID+">\n", "Nie zgadzam się z tą decyzją."))
		f.must(exitDone, "ombudsman", "deadlock", ref, "--reason", "we cannot agree")
		f.must(exitDone, "reply", ref, "--send", "--template", "deadlock_letter", "--set", "outcome=We found a damaged cable. We offer £10.")
		f.left(id, 4)
		f.must(exitDone, "ombudsman", "referred", ref, "--number", "OS-4711")
		f.must(exitDone, "ombudsman", "decided", ref, "--result", "Pay £50 and say sorry.", "--task", "pay £50", "--task", "write a letter")
		f.must(exitDone, "ombudsman", "done", ref, "1", "--note", "paid by bank")

		dir := filepath.Join(t.TempDir(), "bundle")
		f.must(exitDone, "bundle", ref, "--to", dir)
		pages := readPDF(t, filepath.Join(dir, ref+".pdf"))
		all := strings.Join(pages, "\n")
		for _, want := range []string{"Zażółć gęślą jaźń", "Łucja Żak", "Uszkodzony kabel.", "We replaced the cable.", "OS-4711", "Pay £50 and say sorry.", "paid by bank", "tell ombudsman 1", "Nie zgadzam się", "zdjęcie_usterki.png", "deadlock letter"} {
			if !strings.Contains(all, want) {
				t.Errorf("the bundle has no %q", want)
			}
		}
		for _, never := range []string{"Never tell", "lesson"} {
			if strings.Contains(all, never) {
				t.Errorf("the bundle tells %q", never)
			}
		}
		// Each document is on the page that the index names, in the order of time.
		rows := regexp.MustCompile(`(\d+) \d+ \w+ 20\d\d \d\d:\d\d \w+ (From the customer by e-mail|To the customer: [a-z ]+?) (\d+)(?: |\n|$)`).FindAllStringSubmatch(all, -1)
		if len(rows) != 6 {
			t.Fatalf("%d documents in the index of\n%s", len(rows), all)
		}
		for i, r := range rows {
			var page int
			if _, err := fmt.Sscan(r[3], &page); err != nil || page > len(pages) || !strings.Contains(pages[page-1], fmt.Sprintf("%d. %s", i+1, r[2])) {
				t.Errorf("document %s is not on page %s", r[2], r[3])
			}
		}
		for i, p := range pages {
			if !strings.Contains(p, fmt.Sprintf("page %d of %d", i+1, len(pages))) {
				t.Errorf("page %d has no number: %s", i+1, p)
			}
		}
		files, err := os.ReadDir(filepath.Join(dir, "evidence"))
		var names []string
		for _, e := range files {
			names = append(names, e.Name())
		}
		if err != nil || len(names) != 7 || !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "001-1-") && strings.HasSuffix(n, ".png") }) {
			t.Errorf("evidence %q, %v", names, err)
		}
		for _, n := range names {
			if regexp.MustCompile(`[^\p{L}\p{N}._-]|\.\.`).MatchString(n) {
				t.Errorf("%q is no safe name", n)
			}
		}
		if out := f.must(exitFailed, "bundle", ref, "--to", dir); !strings.Contains(out, "holds something") {
			t.Errorf("a second one into the same folder: %s", out)
		}
		f.must(exitRefused, as("Adam Reads", "bundle", ref, "--to", dir+"2")...)
		if last := f.reread(id).Events; last[len(last)-1].Kind != "ombudsman's bundle made" {
			t.Errorf("the history ends with %q", last[len(last)-1].Kind)
		}
		if keep := os.Getenv("BUNDLE_KEEP"); keep != "" {
			_ = os.CopyFS(keep, os.DirFS(dir))
		}
	})
}

// TestP16BundleShowsLettersAsTheyLeft: the pages of a letter stand behind its item, and
// one that nobody can read does not keep the bundle from being made.
func TestP16BundleShowsLettersAsTheyLeft(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	ref := string(f.byLetter("The lift is broken, and I waited long."))
	dir := filepath.Join(t.TempDir(), "bundle")
	f.must(exitDone, "bundle", ref, "--to", dir)
	pages := readPDF(t, filepath.Join(dir, ref+".pdf"))
	all := strings.Join(pages, "\n")
	for _, want := range []string{"The lift is broken", "The letter follows.", "Reply slip", "14 Fitzwilliam Street"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if n := len(pages); !strings.Contains(pages[n-1], fmt.Sprintf("page %d of %d", n, n)) || n < 4 {
		t.Errorf("%d pages, the last: %s", n, pages[n-1])
	}
	if keep := os.Getenv("BUNDLE_KEEP"); keep != "" {
		_ = os.CopyFS(keep+"-letter", os.DirFS(dir))
	}
	v, err := f.app.store.ComplaintView(t.Context(), complaint.Reference(ref))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.tamper("UPDATE delivery_bytes SET raw = x'00' WHERE delivery_id = '" + v.Deliveries[0].ID + "'"); err != nil {
		t.Fatal(err)
	}
	f.must(exitDone, "bundle", ref, "--to", dir+"-broken")
	if all := strings.Join(readPDF(t, filepath.Join(dir+"-broken", ref+".pdf")), "\n"); !strings.Contains(all, "cannot be shown here") {
		t.Errorf("nothing says that the letter cannot be read:\n%s", all)
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"photo.png": "photo.png", "../../etc/passwd": "etc_passwd", "zdjęcie usterki.PNG": "zdjęcie_usterki.PNG", "": "file", "...": "file", "a\x00b\u202egnp.exe": "a_b_gnp.exe",
		"CON": "CON", "-rf": "rf", strings.Repeat("ż", 300) + ".jpeg": strings.Repeat("ż", 75) + ".jpeg", `C:\x|y*.txt`: "C__x_y_.txt",
	} {
		if got := safeName(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}
