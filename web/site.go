package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/mail"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/templates"
)

// Options are what the pages need to know. Zero values work where a field says so.
type Options struct {
	Firm        string                                         // its name, as customers know it
	Address     mail.Address                                   // complaints are sent to it and answered from it
	PostalLines []string                                       // postal address; may be empty
	BaseURL     string                                         // address of the site without a path, e.g. https://complaints.ask4.com
	Policy      func() templates.PolicyFacts                   // the policy in force now
	Location    *time.Location                                 // zone of all dates; nil: UTC
	Keys        [][]byte                                       // secrets that cookies and links are signed with, newest first; one at least
	Drafts      Drafts                                         // what visitors typed
	Access      Access                                         // one-time links and sessions
	Cases       Cases                                          // where complaints stand
	Staff       Staff                                          // who may come in at the staff's door; nil: there is no door
	Surveys     Surveys                                        // what people answer; nil: there is no survey page
	Console     Console                                        // what staff work with behind it
	Rates       Rates                                          // counters against robots
	Take        func(ingest.Form) error                        // keeps a form and concludes it if that is quick
	Receipt     func(context.Context, string) (Receipt, error) // what became of a form, by its ID
	Trusted     []netip.Prefix                                 // proxies whose X-Forwarded-For is believed
	Origins     []string                                       // further origins of our pages, where a proxy rewrites Host
	FileSize    int64                                          // bytes of one file; 0: 25 MB
	FilesSize   int64                                          // bytes of all files of a draft; 0: 100 MB
	KeepDraft   time.Duration                                  // since it was touched last; 0: 24 hours
	MinFill     time.Duration                                  // a form that was filled in faster is held; 0: 10 seconds
	FormsHour   int64                                          // forms of one network address and hour, above which they are held; 0: 20
	Now         func() time.Time                               // nil: time.Now
	Log         *slog.Logger                                   // nil: slog.Default
}

// Receipt is what a form became.
type Receipt struct {
	Reference  complaint.Reference // empty while it is not concluded
	ReceivedAt time.Time           // zero: there is no such form
	UpdateBy   time.Time           // date told for the update (P13); zero while unknown
	RespondBy  time.Time           // date told for the response (P14); zero while unknown
	Email      string              // where the acknowledgement goes; empty: by post
}

// Rates counts what robots do too much of.
type Rates interface {
	// AddRate adds to a counter that starts anew in every window, and gives its sum.
	AddRate(ctx context.Context, name string, window time.Duration, amount int64) (int64, error)
}

// Site serves the public pages. Make one with New; it is safe for use by many
// goroutines.
type Site struct {
	Options
	mux     *http.ServeMux
	texts   map[complaint.Language]catalog
	pages   map[complaint.Language]map[string]page
	assets  *assets
	signer  signer
	origin  string // scheme and host of BaseURL
	secure  bool   // BaseURL is https
	handler http.Handler
	hub     hub // of the pages that are open
	deskHub hub // of those of the desk
	// stopping ends when the server does; stop ends it.
	stopping context.Context
	stop     context.CancelFunc
	// StaffRoutes are the patterns of all pages behind the staff's door.
	StaffRoutes []string
	later       sync.WaitGroup // what goes on after its request was answered
}

// Wait returns when all that requests began is done: at the end, after the server
// was shut down.
func (s *Site) Wait() { s.later.Wait() }

// New makes the site. The error names the setting that is wrong.
func New(opt Options) (*Site, error) {
	s := &Site{Options: opt, mux: http.NewServeMux()}
	s.stopping, s.stop = context.WithCancel(context.Background())
	if err := s.defaults(); err != nil {
		return nil, err
	}
	var err error
	if s.texts, err = loadCatalogs(); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = s.loadPages(); err != nil {
		return nil, err
	}
	s.routes()
	s.handler, err = s.guard(s.mux)
	return s, err
}

func (s *Site) defaults() error {
	if len(s.Keys) == 0 {
		return errors.New("web: there is no key to sign cookies with")
	}
	s.signer = signer(s.Keys)
	base, err := url.Parse(s.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.Path != "" && base.Path != "/" {
		return fmt.Errorf("web: base_url: %q is no address of a site; one looks like https://complaints.ask4.com", s.BaseURL)
	}
	s.origin, s.secure = base.Scheme+"://"+base.Host, base.Scheme == "https"
	orDefault(&s.FileSize, 25<<20)
	orDefault(&s.FilesSize, 100<<20)
	orDefault(&s.KeepDraft, 24*time.Hour)
	orDefault(&s.MinFill, 10*time.Second)
	orDefault(&s.FormsHour, 20)
	if s.Location == nil {
		s.Location = time.UTC
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	return nil
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// ServeHTTP serves the pages.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// routes registers every page.
func (s *Site) routes() {
	s.mux.Handle("GET /assets/", s.assets)
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language")
		http.Redirect(w, r, path("home", preferred(r)), http.StatusFound)
	})
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusNotFound) })
	s.page("GET", "home", func(v *visit) { v.show("home", view{Indexed: true}) })
	s.page("GET", "policy", (*visit).policy)
	s.formRoutes()
	s.statusRoutes()
	s.staffRoutes()
	s.surveyRoutes()
}

// Server is an HTTP server for the site with limits on time and size.
func (s *Site) Server() *http.Server {
	srv := &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	srv.RegisterOnShutdown(s.hub.close)
	srv.RegisterOnShutdown(s.deskHub.close)
	srv.RegisterOnShutdown(s.stop)
	return srv
}
