package file

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Bounds of the PDF reader, which runs as WebAssembly: it sees no file but the one
// that is open, and no network.
const (
	pdfMemory    = 512 << 20 // bytes one file may make it take
	pdfInstances = 64        // files open at once; others wait
	wasmPage     = 64 << 10
)

// engine is the compiled PDF reader, made when the first PDF is opened.
type engine struct {
	dir           string
	timeout       time.Duration
	interruptible bool // calls end when their instance is killed; else the process must be
	once          sync.Once
	pool          pdfium.Pool
	cache         wazero.CompilationCache
	err           error
}

// start compiles the reader, or loads the compiled one from the cache folder: 0.1
// seconds instead of 4. Without a usable folder it is compiled each time.
func (e *engine) start() error {
	e.once.Do(func() {
		config := wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(pdfMemory / wasmPage).
			WithCloseOnContextDone(e.interruptible)
		if dir, err := e.cacheDir(); err == nil {
			if e.cache, err = wazero.NewCompilationCacheWithDir(dir); err == nil {
				config = config.WithCompilationCache(e.cache)
			}
		}
		ctx := context.Background()
		if !e.interruptible {
			ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(reserve))
		}
		e.pool, e.err = webassembly.Init(webassembly.Config{
			Context: ctx, MaxTotal: pdfInstances, RuntimeConfig: config,
			FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		})
		if e.err != nil {
			e.err = fmt.Errorf("file: start the PDF reader: %w", e.err)
		}
	})
	return e.err
}

// reserve gives an instance all the memory that it may ever take, so that it need
// not be copied each time it grows. Only a process of its own does this.
func reserve(_, _ uint64) experimental.LinearMemory {
	all, free := reserved(pdfMemory)
	return &memory{all, free}
}

// memory is that of an instance.
type memory struct {
	all  []byte
	free func()
}

// Reallocate gives so much of it.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil // the instance is told that there is no more
	}
	return m.all[:size]
}

// Free gives it back.
func (m *memory) Free() {
	if m.all != nil {
		m.all = nil
		m.free()
	}
}

func (e *engine) cacheDir() (string, error) {
	if e.dir != "" {
		return e.dir, os.MkdirAll(e.dir, 0o700)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "skarga", "pdf")
	return dir, os.MkdirAll(dir, 0o700)
}

func (e *engine) close() error {
	e.once.Do(func() {}) // no start after the end
	if e.pool == nil {
		return nil
	}
	err := e.pool.Close()
	if e.cache != nil {
		_ = e.cache.Close(context.Background()) // only memory; the files stay
	}
	return err
}

// limited runs calls of an instance and kills it when they take too long or ctx
// ends. killed says that it is gone.
func limited(ctx context.Context, instance pdfium.Pdfium, limit time.Duration, run func() error) (killed bool, err error) {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan struct{})
	stop := context.AfterFunc(timed, func() {
		defer close(done)
		_ = instance.Kill() // its calls fail then
	})
	func() {
		defer guard("PDF", &err)
		err = run()
	}()
	if !stop() {
		<-done
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		return true, damage("slow", "the page took longer than %v", limit)
	}
	return false, err
}
