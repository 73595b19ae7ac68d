package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"

	"ask4.com/skarga/internal/testscan"
	scannerimport "ask4.com/skarga/scanner-import"
)

const (
	scanDPI      = 300
	lettersPages = 10 // pages of a letter; before each stands a separator
)

// isSheet says whether a page of the batch, from 0, is a separator.
func isSheet(i int) bool { return i%(lettersPages+1) == 0 }

// maker stands for the test that testscan asks for.
type maker struct{ testing.TB }

func (maker) Helper()           {}
func (maker) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// writeBatch writes a PDF as a scanner makes it: letters' pages, a little skewed and
// noisy, with separators.
func writeBatch(path string, pages int) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	separator := testscan.QR(maker{}, scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code(), "H")
	letters := testscan.Letters(pages)
	for i, n := 0, 0; n < pages; i++ {
		var g *image.Gray
		if isSheet(i) {
			g = testscan.Sheet(maker{}, scanDPI, separator, 90, "SEPARATOR").Gray
		} else {
			g = testscan.Apply(letters[n].Print(maker{}, scanDPI).Gray, uint64(n), testscan.Skewed(float64(n%5-2)*0.6, 255), testscan.Noisy(6))
			n++
		}
		if err := addScan(pdf, g, strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return pdf.OutputFileAndClose(path)
}

// addScan adds a page that is a picture.
func addScan(pdf *fpdf.Fpdf, g *image.Gray, name string) error {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, g, &jpeg.Options{Quality: 80}); err != nil {
		return err
	}
	addJPEG(pdf, b.Bytes(), name)
	return pdf.Error()
}

func addJPEG(pdf *fpdf.Fpdf, data []byte, name string) {
	options := fpdf.ImageOptions{ImageType: "JPG"}
	pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
	pdf.AddPage()
	pdf.ImageOptions(name, 0, 0, 210, 297, false, options, 0, "")
}

// writeLarge writes a file of many pages: one in ten a full letter, the others a few
// lines, which are read sooner and take as much memory to draw. A PDF holds a picture
// of its own for each page.
func writeLarge(path string, pages int) error {
	var few []*image.Gray
	for i := range 10 {
		if i == 0 {
			few = append(few, testscan.Letters(1)[0].Print(maker{}, scanDPI).Gray)
			continue
		}
		p := testscan.NewPage(maker{}, scanDPI)
		p.Write(testscan.Fonts[0], 12, 25, 60, fmt.Sprintf("Enclosure %d: the internet in my room was gone again.", i))
		few = append(few, p.Gray)
	}
	if strings.HasSuffix(path, ".tif") {
		var list []testscan.TIFFPage
		for i := range pages {
			list = append(list, testscan.TIFFPage{Gray: few[i%len(few)], Compression: testscan.TIFFG4, DPIX: scanDPI, DPIY: scanDPI})
		}
		return os.WriteFile(path, testscan.TIFF(list...), 0o600)
	}
	var data [][]byte
	for i := range few {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, testscan.Apply(few[i], uint64(i), testscan.Noisy(4)), &jpeg.Options{Quality: 80}); err != nil {
			return err
		}
		data = append(data, b.Bytes())
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	for i := range pages {
		name := strconv.Itoa(i)
		addJPEG(pdf, append(bytes.Clone(data[i%len(data)]), name...), name) // what follows a JPEG's end is not looked at
	}
	return pdf.OutputFileAndClose(path)
}

// residentTree is the resident memory of a process and all below it, in bytes; what
// they share is counted for each.
func residentTree(root int) (sum int64) {
	for todo := []int{root}; len(todo) > 0; todo = todo[1:] {
		var size, pages int64
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", todo[0])) // nothing when it has ended
		fmt.Sscan(string(b), &size, &pages)
		sum += pages * int64(os.Getpagesize())
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", todo[0])) // of each thread; the pattern is well-formed
		for _, list := range lists {
			b, _ := os.ReadFile(list)
			for _, word := range strings.Fields(string(b)) {
				child, _ := strconv.Atoi(word)                                                              // the kernel wrote it
				if line := commandLine(child); len(line) > 0 && !slices.Equal(line, commandLine(todo[0])) { // else it is the same memory, about to be another program (vfork(2))
					todo = append(todo, child)
				}
			}
		}
	}
	return sum
}

// commandLine is what a process was called with.
func commandLine(pid int) []byte {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return nil // it has ended
	}
	return b
}
