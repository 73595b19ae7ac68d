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

// changes joins the signals of all that pages of staff show.
func (a *app) changes() <-chan struct{} {
	return a.signals(store.TopicArrivals, store.TopicDeliveries, store.TopicCases)
}

// signals joins those of some topics.
func (a *app) signals(topics ...string) <-chan struct{} {
	out := make(chan struct{}, 1)
	for _, topic := range topics {
		in := a.store.Wake(topic)
		go func() {
			for range in {
				select {
				case out <- struct{}{}:
				default: // one signal is waiting already
				}
			}
		}()
	}
	return out
}
