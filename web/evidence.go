package web

import (
	"slices"

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
	v.done(casePath(a.Ref), "set")
}
