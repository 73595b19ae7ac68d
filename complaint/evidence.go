package complaint

import (
	"slices"
	"time"
)

// EvidenceKinds are the kinds of detail that staff confirm, correct or add (P9).
// Suggestions of personal data and conduct have rulings of their own (P10, P6).
func EvidenceKinds() []DetailKind {
	return []DetailKind{DetailTicket, DetailReference, DetailStaff, DetailTime, DetailPhone, DetailEmail, DetailName, DetailAddress, DetailPostcode, DetailAccount, DetailRoom}
}

// Evidence is what a person said about one detail of a complaint (P9).
type Evidence struct {
	ComplaintID string
	Kind        DetailKind
	Found       string // the value as it was found; of one that a person added, its own
	Value       string // what holds; empty: it is not so
	By          string
	At          time.Time
}

// State is what became of the detail: confirmed, corrected or dropped.
func (e Evidence) State() string {
	switch e.Value {
	case "":
		return "dropped"
	case e.Found:
		return "confirmed"
	}
	return "corrected"
}

// EvidenceOf is what a person said about a detail; nil if nobody did.
func (v View) EvidenceOf(d Detail) *Evidence {
	i := slices.IndexFunc(v.Evidence, func(e Evidence) bool { return e.Kind == d.Kind && e.Found == d.Value })
	if i < 0 {
		return nil
	}
	return &v.Evidence[i]
}

// Facts are the details, each kind and value once: where it was read most surely.
func (v View) Facts() []Found {
	var facts []Found
	for _, f := range v.Details {
		i := slices.IndexFunc(facts, func(k Found) bool { return k.Kind == f.Kind && k.Value == f.Value })
		switch {
		case i < 0:
			facts = append(facts, f)
		case f.Confidence > facts[i].Confidence, f.Confidence == facts[i].Confidence && facts[i].Where.Part == "subject":
			facts[i] = f // a text shows more of what it is about than a subject
		}
	}
	return facts
}

// AddedEvidence is what staff added that no text says.
func (v View) AddedEvidence() (added []Evidence) {
	for _, e := range v.Evidence {
		if !slices.ContainsFunc(v.Details, func(f Found) bool { return f.Kind == e.Kind && f.Value == e.Found }) {
			added = append(added, e)
		}
	}
	return added
}
