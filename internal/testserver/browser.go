package testserver

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe is the accessibility checker that runs inside a page (axe-core 4.14.1, its
// licence beside it). Tests only.
//
//go:embed axe/axe.min.js
var axe string

// pageLimit bounds how long a test waits for one thing in a page.
const pageLimit = 2 * time.Minute

// sharedBrowser is one Chromium for all tests of this process; each has windows and
// cookies of its own. It ends with the process.
var sharedBrowser = sync.OnceValues(func() (context.Context, error) {
	// The shell draws no window around its pages: it takes half of the processor's time.
	program, err := findBinary("chromium-headless-shell")
	if err != nil {
		program, err = findBinary("chromium", "/usr/lib/chromium/chromium", "/usr/bin/google-chrome")
	}
	if err != nil {
		return nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program), chromedp.DisableGPU, chromedp.Flag("lang", "en-GB"),
		// A page that comes back from this cache is not loaded, and chromedp waits for that.
		chromedp.Flag("disable-features", "site-per-process,Translate,BlinkGenPropertyTrees,BackForwardCache"))
	if os.Getuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	start, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	return ctx, waitOr(start, func() error { return chromedp.Do(ctx) })
})

// waitOr runs fn, and gives up when ctx ends.
func waitOr(ctx context.Context, fn func() error) error {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("testserver: chromium: %w", ctx.Err())
	}
}

// Tab is one window of a real browser, with cookies of its own. What does not come
// about in time ends the test.
type Tab struct {
	t   testing.TB
	ctx context.Context
}

// Look is how a page is looked at.
type Look struct {
	Width    int64 // of the window; 0: 1200
	Dark     bool
	NoScript bool // scripts of pages do not run
	Zoom     float64
}

// Browser opens a window for one test.
func Browser(t testing.TB, look Look) *Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is slow; the whole run has it")
	}
	parent, err := sharedBrowser()
	Need(t, "Chromium", err)
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &Tab{t, ctx}
	b.SetLook(look)
	return b
}

// SetLook changes how the pages are looked at, from the next one on.
func (b *Tab) SetLook(look Look) {
	b.t.Helper()
	if look.Width == 0 {
		look.Width = 1200
	}
	if look.Zoom == 0 {
		look.Zoom = 1
	}
	scheme := "light"
	if look.Dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(float64(look.Width) / look.Zoom), Height: 800, DeviceScaleFactor: look.Zoom, Mobile: look.Width < 600})
	b.must("window", err)
	_, err = chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	b.must("colours", err)
	_, err = chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: look.NoScript})
	b.must("scripts", err)
}

func (b *Tab) must(what string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("testserver: browser: %s: %v", what, err)
	}
}

// do runs steps within the limit.
func (b *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	b.must(what, chromedp.Do(ctx, steps...))
}

// Prepare runs a script in each page from the next one on, before its own: tests hold what
// a page sends, to act while it is on its way.
func (b *Tab) Prepare(script string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	b.must("prepare", err)
}

// Open goes to an address and waits for the page.
func (b *Tab) Open(url string) { b.t.Helper(); b.do("open "+url, chromedp.Navigate(url)) }

// Back presses the browser's own button.
func (b *Tab) Back() { b.t.Helper(); b.do("back", chromedp.NavigateBack()) }

// Type writes into a field where its cursor stands.
func (b *Tab) Type(id, text string) {
	b.t.Helper()
	b.do("focus "+id, chromedp.Focus(chromedp.ID(id)))
	_, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text})
	b.must("type into "+id, err)
}

// Fill replaces what a field holds, as pasting does.
func (b *Tab) Fill(id, text string) {
	b.t.Helper()
	b.do("fill "+id, chromedp.SetValue(chromedp.ID(id), text))
}

// Keys presses keys wherever the focus is.
func (b *Tab) Keys(keys string) { b.t.Helper(); b.do("press keys", chromedp.KeyEvent(keys)) }

// KeysTo presses keys that lead to another page, and waits for that.
func (b *Tab) KeysTo(keys string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.KeyEvent(keys)))
	b.must("press keys", err)
}

// SetCookie gives the window a cookie of a site.
func (b *Tab) SetCookie(url, name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{URL: url, Name: name, Value: value})
	b.must("cookie", err)
}

// Attach picks files for a file field.
func (b *Tab) Attach(id string, files ...string) {
	b.t.Helper()
	b.do("attach to "+id, chromedp.SetUploadFiles(chromedp.ID(id), files))
}

// holding acts again where the page does not hold still: what was found may be shown anew
// before it is clicked.
func holding[T any](b *Tab, what string, act chromedp.Action[T]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, act)
		if gone := (*cdproto.Error)(nil); errors.As(err, &gone) && gone.Code == -32000 {
			continue
		}
		b.must(what, err)
		return
	}
}

// Press clicks what leads to another page, and waits for that.
func (b *Tab) Press(css string) {
	b.t.Helper()
	holding(b, "press "+css, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Click(chromedp.CSS(css))))
}

// Click clicks what stays on the page.
func (b *Tab) Click(css string) {
	b.t.Helper()
	holding(b, "click "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeReady))
}

// Ask evaluates an expression in the page.
func Ask[T any](b *Tab, expression string) T {
	b.t.Helper()
	v, err := evaluate[T](b, expression)
	b.must("evaluate "+expression[:min(60, len(expression))], err)
	return v
}

func evaluate[T any](b *Tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Until waits until an expression is true in the page. A page that makes room for another
// one, or has no body yet, gives no answer: it is asked again.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	limit, tick := time.NewTimer(pageLimit), time.NewTicker(20*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for {
		holds, err := evaluate[bool](b, "(async () => Boolean(await ("+expression+")))()")
		if holds {
			return
		}
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			b.must("wait for "+expression, b.ctx.Err())
		case <-limit.C:
			b.t.Fatalf("testserver: browser: waited in vain for %s (%v) at %s\n%s", expression, err, b.Address(), b.Text())
		}
	}
}

// Text is what the page says.
func (b *Tab) Text() string { b.t.Helper(); return Ask[string](b, "document.body.innerText") }

// Title is the page's title.
func (b *Tab) Title() string { b.t.Helper(); return Ask[string](b, "document.title") }

// Address is where the page is.
func (b *Tab) Address() string { b.t.Helper(); return Ask[string](b, "location.href") }

// Focus is the ID of the element that has the focus.
func (b *Tab) Focus() string { b.t.Helper(); return Ask[string](b, "document.activeElement.id") }

// Axe checks the page with axe-core, rules of WCAG 2.2 A and AA and best practices,
// and gives one line for each thing found.
func (b *Tab) Axe() []string {
	b.t.Helper()
	// Scripts of the page may be off; those that a debugger evaluates run all the same.
	if !Ask[bool](b, `typeof axe === "object"`) { // sending it takes longer than the check
		Ask[bool](b, axe+"; true")
	}
	return Ask[[]string](b, `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html + " " + (n.failureSummary || ""))))`)
}

// Weight is how many bytes the first view of the page took, as they came, images aside.
func (b *Tab) Weight() int {
	b.t.Helper()
	return Ask[int](b, `(() => {
		const page = performance.getEntriesByType("navigation")[0]
		return performance.getEntriesByType("resource").filter(e => e.startTime <= page.loadEventStart && !e.contentType.startsWith("image/")).
			reduce((sum, e) => sum + e.encodedBodySize, page.encodedBodySize)
	})()`)
}

// Wider says by how many pixels the page is wider than its window: a person would
// have to scroll sideways (WCAG 1.4.10).
func (b *Tab) Wider() int {
	b.t.Helper()
	return Ask[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth")
}

// Print makes a PDF of the page as it would be printed on A4, beside the pictures of
// Shot, and gives the text that stays visible on paper.
func (b *Tab) Print(name string) string {
	b.t.Helper()
	pdf, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69, PrintBackground: new(true)})
	b.must("print", err)
	b.write(name+".pdf", pdf.Data)
	_, err = chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.must("paper", err)
	text := b.Text()
	b.SetLook(Look{})
	return text
}

// Shot writes a picture of the whole page into the folder shots at the top of the
// tree, which is not committed.
func (b *Tab) Shot(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	b.must("screenshot", err)
	b.write(name+".png", png)
}

// ShotWindow is Shot of what stands in the window now.
func (b *Tab) ShotWindow(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageLimit)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	b.must("screenshot", err)
	b.write(name+".png", png)
}

// write keeps a file for people in the folder shots.
func (b *Tab) write(name string, content []byte) {
	b.t.Helper()
	dir, err := filepath.Abs(".")
	for b.must("folder", err); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	dir = filepath.Join(dir, "shots")
	b.must("folder", os.MkdirAll(dir, 0o755))
	b.must("write", os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")), content, 0o644))
}
