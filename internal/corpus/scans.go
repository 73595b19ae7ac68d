package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	scannerimport "ask4.com/skarga/scanner-import"
)

// scanEndings are the endings of files that are scans.
var scanEndings = []string{".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp"}

// scans explains scans; they take longer than messages, so few are read at once.
func (s *scorer) scans(files []string) map[string]*scannerimport.Reading {
	got := map[string]*scannerimport.Reading{}
	for f, raw := range s.run(files, 10, "schema pages documents separators sheets barcodes damaged") {
		var r scannerimport.Reading
		if err := json.Unmarshal(raw, &r); err != nil {
			s.fail("%s: output breaks the contract: %v", f, err)
			continue
		}
		got[f] = &r
	}
	return got
}

// ocr compares the text of pages with what is stated beside them, and with what
// tesseract alone makes of them. A page counts as right if it has no more wrong
// characters than tesseract alone leaves.
func (s *scorer) ocr(dir string) {
	var ours, plain []float64
	for f, r := range s.scans(glob(dir, scanEndings...)) {
		want, spaces, ok := statedText(f)
		if !ok {
			continue
		}
		var text []string
		for _, d := range r.Documents {
			text = append(text, d.Text)
		}
		alone, err := exec.Command("tesseract", f, "-", "-l", "eng+pol").Output()
		if err != nil {
			fmt.Fprintf(s.out, "%s: tesseract alone: %v\n", f, err)
			continue
		}
		o, p := errorRate(strings.Join(text, "\n"), want, spaces), errorRate(string(alone), want, spaces)
		ours, plain = append(ours, o), append(plain, p)
		s.check(setName(dir)+" no worse than tesseract", f, strconv.FormatBool(o <= p), "true")
		if s.verbose {
			fmt.Fprintf(s.out, "%s: %.2f %% wrong, tesseract alone %.2f %%\n", f, o, p)
		}
	}
	if len(ours) == 0 {
		fmt.Fprintf(s.out, "%s: nothing was compared\n", setName(dir))
		return
	}
	slices.Sort(ours)
	slices.Sort(plain)
	n := len(ours)
	fmt.Fprintf(s.out, "%s: characters wrong: median %.2f %%, worst %.2f %%; tesseract alone: median %.2f %%, worst %.2f %%\n",
		setName(dir), ours[n/2], ours[n-1], plain[n/2], plain[n-1])
}

// setName is the name of the set that a folder holds: its last two parts.
func setName(dir string) string {
	return filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
}

// statedText gives the text beside a page; spaces says whether white space is
// stated too.
func statedText(file string) (text string, spaces, ok bool) {
	base := strings.TrimSuffix(file, filepath.Ext(file))
	for _, ending := range []string{".txt", ".gold.txt", ".check"} {
		if b, err := os.ReadFile(base + ending); err == nil {
			return string(b), ending != ".check", true
		}
	}
	return "", false, false
}

// errorRate is how many characters in a hundred are wrong; kinds of white space are
// all one.
func errorRate(got, want string, spaces bool) float64 {
	between := ""
	if spaces {
		between = " "
	}
	got, want = strings.Join(strings.Fields(got), between), strings.Join(strings.Fields(want), between)
	return 100 * float64(complaint.Distance(got, want)) / float64(max(utf8.RuneCountInString(want), 1))
}

// barcodes compares the codes of pictures with the texts beside them. In folders
// named falsepositives there are none.
func (s *scorer) barcodes(dir string) {
	for f, r := range s.scans(glob(dir, scanEndings...)) {
		folder := filepath.Base(filepath.Dir(f))
		if strings.HasPrefix(folder, "falsepositives") {
			s.check("barcodes/"+folder+" no code", f, fmt.Sprint(len(r.Barcodes)), "0")
			s.check("barcodes/"+folder+" no sheet", f, fmt.Sprint(len(r.Sheets)+len(r.Separators)), "0")
			continue
		}
		want, _, ok := statedText(f)
		if !ok {
			continue
		}
		got := ""
		for _, b := range r.Barcodes {
			if got = b.Text; words(got) == words(want) {
				break
			}
		}
		s.check("barcodes/"+folder, f, words(got), words(want))
	}
}
