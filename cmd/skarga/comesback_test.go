package main

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestP15OurOwnLetterComesBack: a customer copies our answer into a mail, with a word of
// thanks or with one of their own. Neither our printed words nor those of staff ask for
// anything.
func TestP15OurOwnLetterComesBack(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			id := s.complains(string(lang)+"@student.example", "Slow", map[complaint.Language]string{
				complaint.English: "My internet is slow and nobody helps me with it.", complaint.Polish: "Mój internet jest wolny i nikt mi nie pomaga."}[lang])
			s.set("Tomasz Nowak", id, map[string]string{"root_cause": "cable", "category": "fault", "language": string(lang)})
			s.must(s.app.cases.Did(s.Context(), s.by("Tomasz Nowak", id), "We replaced the cable.", s.now))
			s.sends("Tomasz Nowak", id, "formal_response", "points", map[complaint.Language]string{
				complaint.English: "You told us that it is still not working and that you are unhappy about it.", complaint.Polish: "Napisali Państwo, że internet nadal nie działa."}[lang])
			mails := s.mailTo(string(lang) + "@student.example")
			ours := mails[len(mails)-1].Text
			for _, own := range []struct {
				text string
				want complaint.Wish
			}{{"OK", complaint.NoWish}, {"I want to appeal.", complaint.WishAppeal}, {"Odwołuję się od tej decyzji.", complaint.WishAppeal}} {
				a := s.answers(id, own.text+"\n\n"+strings.ReplaceAll(ours, "e c", "c c"))
				for _, r := range s.view(id).Replies {
					if r.ArrivalID == a.ID && (r.Wish != own.want || own.want != complaint.NoWish && !strings.HasPrefix(own.text, r.Words)) {
						s.Errorf("%q beside our answer is %q in %q", own.text, r.Wish, r.Words)
					}
				}
			}
		}
	})
}
