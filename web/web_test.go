package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ask4.com/skarga/web"
)

func TestHealthTellsAlarmsAndReadiness(t *testing.T) {
	t.Parallel()
	var alarms []string
	var broken error
	h := web.HealthHandler(web.Health{Alarms: func() []string { return alarms }, Ready: func(context.Context) error { return broken }})
	get := func(path string, code int, want string) {
		t.Helper()
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != code || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %s, want %d with %s", path, rec.Code, rec.Body, code, want)
		}
	}
	get("/healthz", http.StatusOK, `"alarms":[]`)
	get("/readyz", http.StatusOK, `"ready":true`)
	alarms, broken = []string{"mailbox complaints/INBOX not read for 11 minutes"}, errors.New("no database at 10.0.0.1")
	get("/healthz", http.StatusServiceUnavailable, "not read for 11 minutes")
	get("/readyz", http.StatusServiceUnavailable, `"ready":false`)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/readyz", nil))
	if strings.Contains(rec.Body.String(), "10.0.0.1") {
		t.Error("readyz tells a stranger where the database is")
	}
}
