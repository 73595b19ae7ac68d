package scannerimport_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	scannerimport "ask4.com/skarga/scanner-import"
)

func TestSheetCodeIsReadBack(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]scannerimport.Sheet{
		"separator": {Type: scannerimport.SheetSeparator},
		"batch": {Type: scannerimport.SheetBatch, Batch: "7QK4", Received: time.Date(2026, 11, 20, 9, 15, 0, 0, time.UTC),
			Operator: "Żaneta & Co", Pages: 37, Letters: 12},
	} {
		got, ok, err := scannerimport.ParseSheet(want.Code())
		if !ok || err != nil {
			t.Fatalf("%s: ok %v, err %v", name, ok, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOtherCodesAreNoSheets(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "PATCHT", "https://example.org/", "skarga:", "skarga:slip?ref=x"} {
		if _, ok, _ := scannerimport.ParseSheet(code); ok {
			t.Errorf("%q was taken for a sheet", code)
		}
	}
	if _, ok, err := scannerimport.ParseSheet("skarga:batch?pages=many"); !ok || err == nil {
		t.Error("a batch sheet with an unreadable count must be an error, not nothing")
	}
}
