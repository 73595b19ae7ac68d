package testserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// FaultProxy stands between a client and a server and breaks what passes.
type FaultProxy struct {
	Addr  string // host:port on loopback for the client
	proxy *toxiproxy.Proxy
}

// Proxy starts a proxy in front of upstream (host:port) for one test.
func Proxy(t testing.TB, upstream string) *FaultProxy {
	t.Helper()
	p, err := StartProxy(upstream)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// StartProxy starts a proxy in front of upstream (host:port).
func StartProxy(upstream string) (*FaultProxy, error) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // QUIRK: the faults themselves log to the global logger
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(api, "fault", "127.0.0.1:0", upstream)
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("testserver: proxy: %w", err)
	}
	return &FaultProxy{Addr: p.Listen, proxy: p}, nil
}

// Close ends the proxy and its connections.
func (p *FaultProxy) Close() { p.proxy.Stop() }

// Cut breaks every connection and refuses new ones until Mend.
func (p *FaultProxy) Cut() { p.proxy.Stop() }

// Mend accepts connections again, on the same port, without any fault.
func (p *FaultProxy) Mend() error {
	p.Heal()
	if err := p.proxy.Start(); err != nil && err != toxiproxy.ErrProxyAlreadyStarted {
		return fmt.Errorf("testserver: proxy: %w", err)
	}
	return nil
}

// Heal removes the faults that Stall, Slow and CutAfter set. Connections that they
// already stopped stay stopped.
func (p *FaultProxy) Heal() { p.proxy.Toxics.ResetToxics(context.Background()) }

// Stall lets connections live but passes nothing from the server any more, as a dead
// peer behind a firewall does.
func (p *FaultProxy) Stall() error {
	return p.add("stall", "timeout", map[string]any{"timeout": 0})
}

// Slow passes at most kilobytes per second from the server, and delays by latency
// milliseconds.
func (p *FaultProxy) Slow(kilobytes, latency int) error {
	if err := p.add("bandwidth", "bandwidth", map[string]any{"rate": kilobytes}); err != nil {
		return err
	}
	return p.add("latency", "latency", map[string]any{"latency": latency})
}

// CutAfter breaks each connection once n bytes have come from the server.
func (p *FaultProxy) CutAfter(n int64) error {
	return p.add("limit", "limit_data", map[string]any{"bytes": n})
}

func (p *FaultProxy) add(name, kind string, attributes map[string]any) error {
	b, err := json.Marshal(map[string]any{"name": name, "type": kind, "stream": "downstream", "toxicity": 1.0, "attributes": attributes})
	if err != nil {
		return fmt.Errorf("testserver: proxy: %w", err)
	}
	if _, err := p.proxy.Toxics.AddToxicJson(bytes.NewReader(b)); err != nil {
		return fmt.Errorf("testserver: proxy: %s: %w", kind, err)
	}
	return nil
}
