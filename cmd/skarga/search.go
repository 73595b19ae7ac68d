package main

import (
	"context"

	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
)

// search makes mail and letters findable.
func (a *app) search() *ingest.Search {
	return &ingest.Search{Store: searchStore{a.store}, Papers: scannerimport.Papers{Store: a.store, Reader: a.scans}, Now: a.now, Log: a.log}
}

// searchStore is the store as search sees it.
type searchStore struct{ *store.Store }

// SetTexts writes what things are found by in one transaction.
func (s searchStore) SetTexts(ctx context.Context, texts map[string][]string) error {
	return s.InTx(ctx, func(tx *store.Tx) error {
		for id, t := range texts {
			tx.SetText(id, t...)
		}
		return nil
	})
}
