package config

import (
	"fmt"

	scannerimport "ask4.com/skarga/scanner-import"
)

// Import says how letters that were scanned come in.
type Import struct {
	Folder    string   `toml:"folder"`
	Done      string   `toml:"done"`
	Desk      string   `toml:"desk"`
	Settle    Duration `toml:"settle"`
	Rescan    Duration `toml:"rescan"`
	Patterns  []string `toml:"received_patterns"`
	Directory string   `toml:"directory"`
	Tesseract string   `toml:"tesseract"`
	Languages string   `toml:"languages"`
	PageTime  Duration `toml:"page_time"`
	Workers   int      `toml:"workers"`
}

// ReceivedPatterns are the patterns that find the received time in names.
func (i Import) ReceivedPatterns() ([]scannerimport.Pattern, error) {
	var list []scannerimport.Pattern
	for _, s := range i.Patterns {
		p, err := scannerimport.ParsePattern(s)
		if err != nil {
			return nil, fmt.Errorf("config: import.received_patterns: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

func (i Import) check() error {
	switch {
	case i.Done == "" || i.Desk == "" || i.Done == i.Desk:
		return bad("import.done, import.desk", "need two folders, e.g. done and desk")
	case i.Settle <= 0 || i.Rescan <= 0 || i.PageTime <= 0:
		return bad("import.settle, import.rescan, import.page_time", "a time span must be longer than none")
	case i.Workers < 0:
		return bad("import.workers", "must be 0 (one a core) or more")
	}
	_, err := i.ReceivedPatterns()
	return err
}
