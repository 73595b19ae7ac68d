package web

import (
	"cmp"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// Checkable says whether a person confirms or corrects it here (P9); suggestions of
// conduct and personal data have rulings of their own.
func (f foundItem) Checkable() bool { return slices.Contains(complaint.EvidenceKinds(), f.Kind) }

// EvidenceKinds are the kinds of evidence that a person may add, in words.
func (caseView) EvidenceKinds() (all []actOption) {
	for _, k := range complaint.EvidenceKinds() {
		all = append(all, actOption{string(k), detailWords(k)})
	}
	return all
}

// finding is a detail in words: a time in the zone of the firm, and what only suggests
// something as it was written.
func (s *Site) finding(f complaint.Found) string {
	switch f.Kind {
	case complaint.DetailPersonalData, complaint.DetailConduct:
		return cmp.Or(f.Text, f.Value)
	case complaint.DetailTime:
		if t, err := time.Parse(time.RFC3339, f.Value); err == nil {
			return t.In(s.Location).Format("2 January 2006, 15:04")
		}
		if t, err := time.Parse(time.DateOnly, f.Value); err == nil {
			return t.Format("2 January 2006")
		}
	}
	return f.Value
}

// checkEvidence takes down what a person says about a detail.
func (v *visit) checkEvidence(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	found, value := f.Get("found"), f.Get("value")
	switch f.Get("do") {
	case "confirm":
		value = found
	case "drop":
		value = ""
	case "add":
		found = value
	}
	a := v.acting(who)
	if err := v.Console.Office.CheckEvidence(v.r.Context(), a, complaint.DetailKind(f.Get("kind")), found, value); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(a.Ref)+"#evidence", "set")
}
