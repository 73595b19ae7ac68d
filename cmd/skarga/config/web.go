package config

import (
	"fmt"
	"net/netip"
)

// Web is where customers' pages are served.
type Web struct {
	Address        string   `toml:"address"`
	BaseURL        string   `toml:"base_url"`
	TrustedProxies []string `toml:"trusted_proxies"`
	TrustedOrigins []string `toml:"trusted_origins"`
	FileMB         int      `toml:"file_mb"`
	FilesMB        int      `toml:"files_mb"`
	KeepDraft      Duration `toml:"keep_draft"`
	MinFill        Duration `toml:"min_fill"`
	FormsHour      int      `toml:"forms_per_network_and_hour"`
}

// Proxies are the networks of trusted_proxies.
func (w Web) Proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, s := range w.TrustedProxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, e := netip.ParseAddr(s)
			if e != nil {
				return nil, fmt.Errorf("config: web.trusted_proxies: %q is no network; one looks like 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		list = append(list, p)
	}
	return list, nil
}

func (w Web) check() error {
	for key, n := range map[string]int64{"file_mb": int64(w.FileMB), "files_mb": int64(w.FilesMB), "keep_draft": int64(w.KeepDraft),
		"min_fill": int64(w.MinFill), "forms_per_network_and_hour": int64(w.FormsHour)} {
		if n <= 0 {
			return fmt.Errorf("config: web.%s: must be more than 0", key)
		}
	}
	_, err := w.Proxies()
	return err
}
