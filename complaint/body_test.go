package complaint

import "testing"

// TestP16BodiesHoldFromDayToDay looks at what holds on each day, and what is left uncovered.
func TestP16BodiesHoldFromDayToDay(t *testing.T) {
	t.Parallel()
	old, next, brief := Body{Kind: "ombudsman", From: "", Name: "Old"}, Body{Kind: "ombudsman", From: "2027-01-01", Name: "Next"}, Body{Kind: "ombudsman", From: "2026-06-01", Until: "2026-06-30", Name: "Brief"}
	ico := Body{Kind: "ico", Name: "ICO"}
	list := LayOver([]Body{next, old, ico}, []OwnBody{{Body: brief, By: "Anna"}})
	for day, want := range map[string]string{"2020-01-01": "Old", "2026-05-31": "Old", "2026-06-01": "Brief", "2026-06-30": "Brief", "2026-07-01": "Old", "2026-12-31": "Old", "2027-01-01": "Next"} {
		if got := Holding(list, "ombudsman", day).Name; got != want {
			t.Errorf("on %s the %q, want the %q", day, got, want)
		}
	}
	if kind, day := Uncovered(list, "2026-01-01"); day != "" {
		t.Errorf("uncovered: %s on %s", kind, day)
	}
	old.Until = "2026-12-30"
	over := LayOver([]Body{next, {Kind: "ombudsman", Name: "Configured"}, ico}, []OwnBody{{Body: old, By: "Anna"}})
	if got := At(over, "ombudsman", ""); len(over) != 3 || got.Name != "Old" || got.By != "Anna" {
		t.Errorf("not laid over: %+v", over)
	}
	for today, want := range map[string]string{"2026-01-01": "2026-12-31", "2026-12-31": "2026-12-31", "2027-01-01": ""} {
		if _, day := Uncovered(over, today); day != want {
			t.Errorf("seen from %s uncovered on %q, want %q", today, day, want)
		}
	}
	if kind, day := Uncovered(list[1:], "2026-01-01"); kind != "ico" || day != "2026-01-01" {
		t.Errorf("no ICO: %s on %s", kind, day)
	}
}
