package ingest

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ask4.com/skarga/complaint"
)

// surveyReply takes a reply that begins with a number for the answer to a survey (P7).
// One that says no more is correspondence and waits for nobody, however long ago the
// complaint was closed. One that does counts, too, and goes the way of all others, since
// it may be a complaint.
func (c *conclusion) surveyReply(ctx context.Context, w *work, found match) (bool, error) {
	if w.read.Message == nil || w.read.Form != nil || w.read.Judgement.Machine || w.read.Judgement.DMARCFailed {
		return false, nil
	}
	rating, more := rate(w.read.NewText, sender(w.read.Message).Name)
	if rating == 0 {
		return false, nil
	}
	v, ok, err := c.surveyOf(ctx, w, found)
	if err != nil || !ok || v.State != complaint.SurveyInvited || complaint.FoldAddress(v.Address) != complaint.FoldAddress(sender(w.read.Message).Address) {
		return false, err
	}
	answer := complaint.SurveyAnswer{SurveyID: v.ID, Satisfaction: rating, Language: v.Language, AnsweredAt: w.arrival.ArrivedAt}
	if err := c.tx.SetSurveyAnswer(ctx, answer); err != nil {
		return false, err
	}
	if more {
		w.arrival.Reasons = append(slices.Clone(w.arrival.Reasons), "it answers the survey with "+strconv.Itoa(rating)+" (policy P7), and says more")
		return false, nil
	}
	w.arrival.ComplaintID = v.ComplaintID
	if v.ComplaintID != "" && w.arrival.MessageID != "" {
		c.tx.CreateMessageIDs(v.ComplaintID, w.arrival.MessageID)
	}
	return true, c.end(w, complaint.Correspondence, "answers the survey with "+strconv.Itoa(rating)+" (policy P7)")
}

// surveyOf finds the survey that a message answers: by our own Message-ID, else, where a
// relay has changed that, by the complaint that it belongs to.
func (c *conclusion) surveyOf(ctx context.Context, w *work, found match) (v complaint.Survey, ok bool, err error) {
	ids := slices.Concat(w.read.Message.References, w.read.Message.InReplyTo)
	for _, id := range slices.Backward(ids[max(0, len(ids)-100):]) {
		delivery, own := c.in.answers.OwnMessageID(id)
		if !own {
			continue
		}
		if v, ok, err = c.tx.SurveyByDelivery(ctx, delivery); ok || err != nil {
			return v, ok, err
		}
	}
	if id := cmp.Or(found.complaintID, found.follows); id != "" && (found.joins || found.follows != "") {
		return c.tx.SurveyOf(ctx, id)
	}
	return v, false, nil
}

// beginning is a number from 1 to 5 as replies begin with it: "4", "4/5", "ocena: 4".
var beginning = regexp.MustCompile(`(?s)^(?:(?:rating|answer|score|ocena|odpowiedź)\s*[:=]?\s*)?([1-5])(?:\s*(?:/|out of|na)\s*5)?(\P{L}.*|)$`)

// goesOn is what parts such a number from the words after it. "2 weeks ago", "3 - 4 days"
// and "1. Nobody came" begin with no rating.
var goesOn = regexp.MustCompile(`^(?:[.!)]*\s*\n|\s*[,:;!–—]|\s+-\s)\s*[^\d\s]`)

// courtesy are words that may stand beside a number and say nothing.
var courtesy = complaint.Words(`thank thanks you many so much very a lot kind best regards wishes cheers from all the for help your great good stars star
	dziękuję dzięki dziękujemy bardzo pozdrawiam pozdrawiamy pozdrowienia serdecznie za pomoc punktów punkty gwiazdek gwiazdki super świetnie`)

// rate reads the rating that a text begins with, 0 for none, and whether the text says
// more than that, a word of thanks and the sender's name.
func rate(text, name string) (n int, more bool) {
	text = strings.TrimSpace(text)
	if !strings.ContainsAny(text[:min(40, len(text))], "12345") {
		return 0, false // before any search: nearly all mail ends here
	}
	m := beginning.FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		return 0, false
	}
	n, _ = strconv.Atoi(m[1]) // a digit
	said := append(complaint.Words(name), courtesy...)
	if !slices.ContainsFunc(complaint.Words(m[2]), func(w string) bool { return !slices.Contains(said, w) }) {
		return n, false
	}
	if !goesOn.MatchString(m[2]) {
		return 0, false
	}
	return n, true
}
