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

// surveyReply takes a reply that is a number for the answer to a survey (P7): it is
// correspondence and waits for nobody, however long ago the complaint was closed. A
// reply that says more goes the way of all others, since it may be a complaint.
func (c *conclusion) surveyReply(ctx context.Context, w *work, found match) (bool, error) {
	rating := rate(w.read.NewText)
	if rating == 0 || w.read.Judgement.Machine || w.read.Judgement.DMARCFailed || w.read.Form != nil {
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

// bareRating is a number as people answer with: "4", "4.", "4/5", "ocena: 4".
var bareRating = regexp.MustCompile(`^(?:(?:rating|answer|score|ocena|odpowiedź)\s*[:=]?\s*)?([1-5])(?:\s*/\s*5)?[.!)]?$`)

// rate reads a rating from a text that says nothing else; 0 when it says more.
func rate(text string) int {
	m := bareRating.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // a digit
	return n
}
