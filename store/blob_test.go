package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/store"
)

// TestASpooledFileIsNotCopied gives a large body as a file of the folder for what comes
// in, and as one of another folder, whose owner may go on writing to it.
func TestASpooledFileIsNotCopied(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		for i, c := range []struct {
			dir  string
			same bool
		}{{must[string](t)(s.SpoolDir()), true}, {t.TempDir(), false}} {
			big := strings.Repeat("line of a large message\r\n", 40000) + c.dir
			path := filepath.Join(c.dir, "body")
			keep(t, os.WriteFile(path, []byte(big), 0o600))
			body := must[*os.File](t)(os.Open(path))
			a := arrival(i+1, "")
			a.Body = summed{body, sum(big)}
			must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{a}))
			again := arrival(i+11, "") // the same file, once more
			again.Body = a.Body
			must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{again}))
			got := must[[]byte](t)(io.ReadAll(must[io.ReadSeekCloser](t)(s.OpenRaw(t.Context(), a.ID))))
			if string(got) != big {
				t.Fatalf("%d bytes came back, want %d", len(got), len(big))
			}
			kept := must[string](t)(s.ScanPath(sum(big)))
			if same := os.SameFile(must[os.FileInfo](t)(os.Stat(path)), must[os.FileInfo](t)(os.Stat(kept))); same != c.same {
				t.Errorf("a body in %s is the kept file: %v, want %v", c.dir, same, c.same)
			}
			keep(t, body.Close())
			keep(t, os.Remove(path))
			if _, err := os.Stat(kept); err != nil {
				t.Errorf("after its maker removed it: %v", err)
			}
		}
		if left := must[[]string](t)(filepath.Glob(filepath.Join(must[string](t)(s.SpoolDir()), "*"))); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
}

// summed is a file whose hash is known.
type summed struct {
	*os.File
	hash string
}

func (s summed) SHA256() string { return s.hash }

// sum is the name of a content.
func sum(content string) string {
	h := sha256.Sum256([]byte(content))
	return hex.EncodeToString(h[:])
}
