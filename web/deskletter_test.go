package web

import (
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

func TestLetterFieldsBadlyReadComeFirst(t *testing.T) {
	t.Parallel()
	at := func(kind complaint.DetailKind, value string, sure float64) complaint.Detail {
		return complaint.Detail{Kind: kind, Value: value, Text: value, Confidence: sure, Where: complaint.Place{Page: 1, Box: &[4]int{1000, 2000, 3000, 400}}}
	}
	v := complaint.View{Complaint: complaint.Complaint{CustomerName: "Emily Clark", CustomerAddress: "e@x.example"}}
	on := []leafView{{Leaf: Leaf{ScanPage: complaint.ScanPage{ReadAt: time.Unix(1, 0)}}}}
	fields := letterFields(v, []complaint.Detail{at(complaint.DetailName, "Emily Clark", 0.95), at(complaint.DetailEmail, "e@x.example", 0.7), at(complaint.DetailAccount, "4471823", 0.4)}, on)
	for i, want := range []string{"address", "account", "email", "name"} { // missing, worst, bad, well read
		if fields[i].Name != want {
			t.Errorf("field %d is %s, want %s", i+1, fields[i].Name, want)
		}
	}
	if !fields[1].Low() || fields[3].Low() || fields[1].Box != "at-account" || len(on[0].Boxes) != 3 || !on[0].Boxes[2].Low {
		t.Errorf("%+v\n%+v", fields[:4], on[0].Boxes)
	}
	on[0].ReadAt = time.Time{} // turned, and not read again: the places are not known
	on[0].Boxes = nil
	if f := letterFields(v, []complaint.Detail{at(complaint.DetailName, "Emily Clark", 0.95)}, on); f[1].Box != "" || len(on[0].Boxes) != 0 {
		t.Errorf("a page that is to be read again has boxes: %+v", on[0].Boxes)
	}
}
