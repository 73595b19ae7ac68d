package scannerimport_test

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testscan"
	scannerimport "ask4.com/skarga/scanner-import"
)

// firm is who the letters of the tests are written to.
var firm = []string{"ASK4", "ASK4 Complaints", "Devonshire Green House", "14 Fitzwilliam Street", "Sheffield S1 4JL"}

// newReader makes a reader, or skips where there is no tesseract; with CI set that is
// a failure.
func newReader(t *testing.T) *scannerimport.Reader {
	t.Helper()
	r, err := scannerimport.NewReader(scannerimport.Options{Firm: firm})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := r.Missing(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return r
}

// save writes a page as a TIFF that states its resolution.
func save(t *testing.T, g *image.Gray, dpi float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.tif")
	data := testscan.TIFF(testscan.TIFFPage{Gray: g, Compression: testscan.TIFFDeflate, DPIX: int(dpi), DPIY: int(dpi)})
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kinds are the ways in which the letters of the tests are spoiled.
var kinds = []struct {
	name   string
	dpi    float64
	worse  bool // turned, skewed or dark: read at least 30 % better than plain
	damage func(i int) testscan.Damage
}{
	{"clean", 200, false, func(int) testscan.Damage { return testscan.All() }},
	{"turned", 200, true, func(i int) testscan.Damage { return testscan.All(testscan.Turned(90+90*(i%3)), testscan.Noisy(6)) }},
	{"blurred, JPEG", 200, false, func(int) testscan.Damage { return testscan.All(testscan.Blurred(0.9), testscan.Squeezed(30)) }},
	{"skewed", 200, true, func(i int) testscan.Damage { return testscan.Skewed(float64(i%31)-15, 255) }},
	{"black and white, speckled", 200, false, func(int) testscan.Damage { return testscan.All(testscan.Bilevel(130), testscan.Speckled(0.006)) }},
	{"dark", 200, true, func(int) testscan.Damage {
		return testscan.All(testscan.Shaded(0.3), testscan.Darkened(20, 190), testscan.Noisy(4))
	}},
	{"photographed", 200, true, func(i int) testscan.Damage {
		return testscan.All(testscan.Photographed(0.05), testscan.Shaded(0.4), testscan.Noisy(5), testscan.Skewed(float64(i%7)-3, 45))
	}},
}

// result is how one letter was read.
type result struct {
	kind        int
	errs, plain int // wrong characters: ours, and those of tesseract alone
	length      int
	right       map[string]bool // by field
}

func TestQualityOnMadeLetters(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages by OCR")
	}
	t.Parallel()
	r := newReader(t)
	letters := testscan.Letters(42)
	results := make([]result, len(letters))
	var group sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, l := range letters {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] = readLetter(t, r, i, l)
		})
	}
	group.Wait()
	report(t, results)
}

func readLetter(t *testing.T, r *scannerimport.Reader, i int, l testscan.Letter) (out result) {
	out.kind = (i + i/len(kinds)) % len(kinds)
	k := kinds[out.kind]
	p := l.Print(t, k.dpi)
	g := testscan.Apply(p.Gray, uint64(i), k.damage(i))
	path := save(t, g, k.dpi)
	s, err := r.Read(t.Context(), path, scannerimport.Watch{})
	if err != nil || len(s.Documents) != 1 {
		t.Errorf("letter %d: %d documents, error %v", i, len(s.Documents), err)
		return out
	}
	d := s.Documents[0]
	want := squeezed(strings.Join(p.Text, " "))
	out.length = len([]rune(want))
	out.errs = complaint.Distance(squeezed(d.Text), want)
	out.plain = complaint.Distance(squeezed(plain(t, path)), want)
	out.right = map[string]bool{}
	note := func(field, got, want string) {
		out.right[field] = got == want
		if got != want {
			t.Logf("letter %d, %s, layout %d: %s %q, want %q", i, k.name, l.Template, field, got, want)
		}
	}
	note("sender's postcode", d.Sender.Postcode.Value, l.Postcode)
	note("name and address", plainly(d.Sender.Name.Value+", "+d.Sender.Address.Value), plainly(l.Name+", "+strings.Join(l.Address, ", ")))
	note("our reference", d.Reference, l.Reference)
	note("date", d.Sender.Written.Value, l.Day)
	note("language", string(d.Language), l.Language)
	note("e-mail", d.Sender.Email.Value, l.Email)
	return out
}

// plainly leaves out the small signs of letters, which a person at the desk sees.
func plainly(s string) string {
	return strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z",
		"Ć", "C", "Ł", "L", "Ś", "S", "Ż", "Z", "’", "'").Replace(s)
}

// plain is what tesseract alone makes of a file.
func plain(t *testing.T, path string) string {
	cmd := exec.CommandContext(t.Context(), "tesseract", path, "-", "-l", "eng+pol")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("tesseract: %v", err)
	}
	return string(out)
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// report prints the figures and fails where one misses its target.
func report(t *testing.T, results []result) {
	rate := func(errs, length int) float64 { return 100 * float64(errs) / float64(max(length, 1)) }
	var table bytes.Buffer
	fmt.Fprintf(&table, "character error rate in %%  %10s %10s\n", "ours", "plain")
	var ours, alone []float64
	for k, kind := range kinds {
		errs, plain, length := 0, 0, 0
		for i, r := range results {
			if r.kind != k || r.length == 0 {
				continue
			}
			errs, plain, length = errs+r.errs, plain+r.plain, length+r.length
			o, p := rate(r.errs, r.length), rate(r.plain, r.length)
			ours, alone = append(ours, o), append(alone, p)
			if o > p+1 {
				t.Errorf("letter %d, %s: %.1f %% wrong, tesseract alone %.1f %%", i, kind.name, o, p)
			}
		}
		fmt.Fprintf(&table, "%-26s %10.2f %10.2f\n", kind.name, rate(errs, length), rate(plain, length))
		if kind.worse && errs*10 > plain*7 {
			t.Errorf("%s: %d wrong characters, tesseract alone %d: not 30 %% fewer", kind.name, errs, plain)
		}
	}
	slices.Sort(ours)
	slices.Sort(alone)
	middle := len(ours) / 2
	fmt.Fprintf(&table, "%-26s %10.2f %10.2f\n", "median", ours[middle], alone[middle])
	fmt.Fprintf(&table, "%-26s %10.2f %10.2f\n", "worst page", ours[len(ours)-1], alone[len(alone)-1])
	if ours[middle] > alone[middle] {
		t.Errorf("the median is %.2f %%, that of tesseract alone %.2f %%", ours[middle], alone[middle])
	}
	for _, target := range []struct {
		field string
		least float64
	}{{"sender's postcode", 95}, {"name and address", 90}, {"our reference", 99}, {"date", 90}, {"language", 97}, {"e-mail", 85}} {
		right := 0
		for _, r := range results {
			if r.right[target.field] {
				right++
			}
		}
		got := rate(right, len(results))
		fmt.Fprintf(&table, "%-26s %8.1f %% right of %d (at least %.0f %%)\n", target.field, got, len(results), target.least)
		if got < target.least {
			t.Errorf("%s: %.1f %% right, want %.0f %%", target.field, got, target.least)
		}
	}
	t.Log("\n" + table.String())
}
