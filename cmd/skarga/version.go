package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// version and commit are set by the build (Makefile). Without it the commit
// comes from the build information, where there is any.
var version, commit = "0.1", ""

type versionCmd struct{}

// Run prints version and commit.
func (versionCmd) Run(s *session) error {
	rev := commit
	if info, ok := debug.ReadBuildInfo(); ok && rev == "" {
		for _, kv := range info.Settings {
			if kv.Key == "vcs.revision" {
				rev = kv.Value
			}
		}
	}
	if rev == "" {
		rev = "unknown"
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]string{"version": version, "commit": rev})
	}
	_, err := fmt.Fprintf(s.out, "skarga %s (commit %s)\n", version, rev)
	return err
}
