package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	pathpkg "path"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// assets are the style sheet, the scripts and the icon. Their addresses hold a hash
// of their content, so that browsers may keep them for ever.
type assets struct {
	files map[string][]byte // by address below /assets/
	urls  map[string]string // by file name
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string][]byte{}, urls: map[string]string{}}
	err := fs.WalkDir(assetFiles, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := assetFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		address := "/assets/" + hex.EncodeToString(sum[:8]) + "/" + pathpkg.Base(name)
		a.files[address], a.urls[pathpkg.Base(name)] = b, address
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	return a, nil
}

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, ok := a.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(pathpkg.Ext(r.URL.Path)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}
