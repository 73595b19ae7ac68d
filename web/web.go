// Package web is what Skarga serves over HTTP. So far that is its state, for the
// people and programs that operate it.
package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Health is where the state comes from.
type Health struct {
	// Alarms are the things that are wrong now, in words without addresses;
	// empty when all is well.
	Alarms func() []string
	// Ready says whether the node can work: nil when the database answers.
	Ready func(ctx context.Context) error
}

// HealthHandler serves /healthz (200, or 503 with the alarms) and /readyz (200, or
// 503). It belongs on a private port: what it says is for the operator.
func HealthHandler(h Health) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		alarms := h.Alarms()
		if alarms == nil {
			alarms = []string{}
		}
		answer(w, len(alarms) == 0, map[string]any{"ok": len(alarms) == 0, "alarms": alarms})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		err := h.Ready(ctx)
		answer(w, err == nil, map[string]any{"ready": err == nil})
	})
	return mux
}

func answer(w http.ResponseWriter, ok bool, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(body) // the client went away: nothing to do
}
