package main

import (
	"context"

	"ask4.com/skarga/store"
	"ask4.com/skarga/web"
)

// console is what the pages of staff work with.
func (a *app) console() web.Console {
	return web.Console{Office: a.cases, Intake: a.intake, Reader: a.reader, Bytes: a.store, Filters: a.store, Retry: a.retry, Figures: a.figures, Changes: a.changes, Mailroom: a.mailroom(), Admin: a.admin()}
}

// retry processes a parked arrival again, by whichever node is free.
func (a *app) retry(ctx context.Context, arrivalID string) error {
	return a.store.RetryArrival(ctx, arrivalID)
}

// changes are the signals of all that pages of staff show.
func (a *app) changes() <-chan struct{} {
	return a.store.Wake(store.TopicArrivals, store.TopicDeliveries, store.TopicCases)
}
