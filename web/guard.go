package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"ask4.com/skarga/complaint"
)

// maxBody is the most that a request without files may hold: every field of the
// form at its limit, in a script of three bytes a sign, percent-encoded.
const maxBody = 1 << 20

// policyHeader is the Content-Security-Policy of every page: no script and no style
// but our own files, nothing from elsewhere, and no frame around us.
const policyHeader = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard wraps every route: security headers, panics, requests from other sites,
// and the size of what is sent.
func (s *Site) guard(next http.Handler) (http.Handler, error) {
	cross := http.NewCrossOriginProtection()
	for _, o := range append([]string{s.origin}, s.Origins...) {
		if err := cross.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("web: trusted_origins: %q: %w", o, err)
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusForbidden) }))
	inner := cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = body{http.MaxBytesReader(w, r.Body, maxBody), r.Body}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Log.Error("page panicked", "path", r.URL.Path, "err", fmt.Sprint(p), "stack", string(debug.Stack()))
				s.fail(w, r, http.StatusInternalServerError)
			}
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", policyHeader)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		inner.ServeHTTP(w, r)
	}), nil
}

// body is what a request sends, up to maxBody; whole is all of it.
type body struct {
	io.ReadCloser
	whole io.ReadCloser
}

// take lets a request send more than others: one with files.
func (v *visit) take(most int64) {
	if b, ok := v.r.Body.(body); ok {
		v.r.Body = http.MaxBytesReader(v.w, b.whole, most)
	}
}

// client is the network address of the visitor. X-Forwarded-For is read from its
// end, past the proxies that are ours and no further.
func (s *Site) client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

func (s *Site) trusts(a netip.Addr) bool {
	for _, p := range s.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// network names the visitor's network in counters, without telling it: an IPv4
// address, or the /64 of an IPv6 one, which is one line.
func (s *Site) network(r *http.Request) string {
	a := s.client(r)
	if p, err := a.Prefix(64); err == nil && a.Is6() {
		a = p.Addr()
	}
	return s.secretName(a.String())
}

// secretName hides a name in counters under the oldest key, which stays.
func (s *Site) secretName(name string) string {
	sum := sha256.Sum256(append([]byte("rate\n"+name+"\n"), s.Keys[len(s.Keys)-1]...))
	return hex.EncodeToString(sum[:12])
}

// fail shows the page of an error. It says nothing about our insides.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, status int) {
	lang := languageOf(r)
	key := map[int]string{
		http.StatusNotFound: "not_found", http.StatusForbidden: "forbidden",
		http.StatusRequestEntityTooLarge: "too_large", http.StatusTooManyRequests: "slow",
	}[status]
	if key == "" {
		key = "failed"
	}
	c := s.texts[lang]
	text := c.say("error." + key)
	if key == "too_large" {
		text = c.say("error.too_large", s.FilesSize>>20)
	}
	v := &visit{Site: s, w: w, r: r, lang: lang, id: "home"}
	v.write(status, "error", view{Title: c.say("error." + key + "_title"), Data: text})
}

// other is the language that the switch offers.
func other(l complaint.Language) complaint.Language {
	if l == complaint.Polish {
		return complaint.English
	}
	return complaint.Polish
}
