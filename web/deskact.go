package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// actOnLetter does with a letter what its page offers: each by the function that the
// command calls.
func (v *visit) actOnLetter(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a, err := v.Console.Office.Arrival(v.r.Context(), who, complaint.ActOverrule, v.r.PathValue("id"), "")
	if err != nil {
		v.refuse(err)
		return
	}
	act := ingest.DeskAct{Who: who, ArrivalID: a.ID, Reason: f.Get("reason"), Pages: f.Get("pages")}
	to, said, err := v.letterAct(act, f)
	if err != nil {
		v.letterRefused(who, f, err)
		return
	}
	v.done(to, said)
}

// letterRefused answers an error of an act on a letter. Where its fields were typed its
// page stays, with them and with the reason.
func (v *visit) letterRefused(who complaint.Person, f url.Values, err error) {
	status := 0
	switch {
	case f.Get("do") != "save" && f.Get("do") != "confirm", errors.Is(err, errStale):
	case errors.Is(err, ingest.ErrField):
		status = http.StatusUnprocessableEntity
	case forPeople(err):
		status = http.StatusConflict
	}
	if status == 0 {
		v.letterError(err)
		return
	}
	v.letterWith(who, f, status, problem{"fields", "fields", words(err)})
}

// letterAct carries an act out and says where to go on, and what to say there.
func (v *visit) letterAct(act ingest.DeskAct, f url.Values) (to, said string, err error) {
	ctx, in := v.r.Context(), v.Console.Intake
	page, _ := strconv.Atoi(f.Get("page")) // 0 is no page, and refused as one
	to = letterPath(act.ArrivalID)
	switch f.Get("do") {
	case "save":
		return to, "letter-set", v.setLetter(act, f)
	case "confirm":
		return v.confirmLetter(act, f)
	case "type":
		return to, "typed", in.SetLetter(ctx, act, map[string]string{"text": f.Get("text")})
	case "split":
		_, err = in.SplitLetter(ctx, act, page)
		return fmt.Sprintf("%s#page-%d", to, page), "split", err
	case "join":
		other, err := v.Console.Office.Arrival(ctx, act.Who, complaint.ActOverrule, f.Get("other"), "")
		if err == nil {
			err = in.JoinLetters(ctx, act, other.ID)
		}
		return to, "joined", err
	case "up", "down":
		by := map[string]int{"up": -1, "down": 1}[f.Get("do")]
		return fmt.Sprintf("%s#page-%d", to, page+by), "reordered", v.movePage(act, page, by)
	case "turn":
		by, _ := strconv.Atoi(f.Get("by")) // refused as an angle
		file, err := v.Console.Mailroom.TurnPage(ctx, act, page, by)
		if err == nil {
			v.readLater(file)
		}
		return fmt.Sprintf("%s#turn-%d-%d", to, page, by), "turned", err
	case "read":
		files, err := v.Console.Mailroom.ReadPagesAgain(ctx, act, page)
		for _, f := range files {
			v.readLater(f)
		}
		return to, "read", err
	case "hand-back":
		return to, "handed-back", in.HandBack(ctx, act)
	case "set-aside":
		return "/staff/desk", "aside", in.SetAside(ctx, ingest.Overrule{ArrivalID: act.ArrivalID, Who: act.Who, Reason: act.Reason})
	case "complaint":
		return to, "linked", in.ToComplaint(ctx, ingest.Overrule{ArrivalID: act.ArrivalID, Who: act.Who, Reason: act.Reason})
	case "link-confirm", "link-refuse":
		return to, "linked", v.ruleOnLink(act, f)
	}
	return to, "", fmt.Errorf("%w: choose what to do", ingest.ErrField)
}

// errStale is the error about a letter that another person, or the reading of a page that
// was turned, changed after it was shown: what is on the screen would undo that.
var errStale = errors.New("the letter was changed while it was open; open it again and compare what it says now")

// seen names what the fields of a letter said when they were shown.
func seen(fields []deskField) string {
	values := map[string]string{}
	for _, f := range fields {
		values[f.Name] = f.Value
	}
	b, _ := json.Marshal(values) // strings; its keys are in order
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// setLetter sets the fields that are otherwise than they were.
func (v *visit) setLetter(act ingest.DeskAct, f url.Values) error {
	l, err := v.Console.Mailroom.Letter(v.r.Context(), act.Who, act.ArrivalID)
	if err != nil || l.Complaint == nil {
		return err
	}
	values, fields := map[string]string{}, letterFields(*l.Complaint, nil, nil)
	if f.Has("seen") && f.Get("seen") != seen(fields) {
		return errStale
	}
	for _, field := range fields {
		now := strings.TrimSpace(strings.ReplaceAll(f.Get(field.Name), "\r\n", "\n"))
		if f.Has(field.Name) && now != strings.TrimSpace(field.Value) {
			values[field.Name] = now
		}
	}
	if len(values) == 0 {
		return nil
	}
	return v.Console.Intake.SetLetter(v.r.Context(), act, values)
}

// confirmLetter confirms a letter as its fields stand on the page, and goes on to the
// next one that waits.
func (v *visit) confirmLetter(act ingest.DeskAct, f url.Values) (to, said string, err error) {
	ctx := v.r.Context()
	before, err := v.Console.Mailroom.Desk(ctx, act.Who)
	if err != nil {
		return "", "", err
	}
	_, next, _ := neighbours(before, act.ArrivalID)
	if err := v.setLetter(act, f); err != nil {
		return "", "", err
	}
	if err := v.Console.Intake.ConfirmLetter(ctx, act); err != nil {
		return "", "", err
	}
	if next == "" {
		after, err := v.Console.Mailroom.Desk(ctx, act.Who)
		if err != nil {
			return "", "", err
		}
		if _, next, _ = neighbours(after, act.ArrivalID); next == "" {
			return "/staff/desk", "confirmed", nil
		}
	}
	return letterPath(next), "confirmed", nil
}

// movePage moves a page of a letter up or down by one.
func (v *visit) movePage(act ingest.DeskAct, page, by int) error {
	l, err := v.Console.Mailroom.Letter(v.r.Context(), act.Who, act.ArrivalID)
	if err != nil {
		return err
	}
	if act.Pages != "" && act.Pages != pagesSeen(l) {
		return ingest.ErrPagesMoved
	}
	order := make([]int, len(l.Pages))
	for i := range order {
		order[i] = i + 1
	}
	if page < 1 || page > len(order) || page+by < 1 || page+by > len(order) {
		return fmt.Errorf("%w: page %d cannot go there", ingest.ErrField, page)
	}
	order[page-1], order[page+by-1] = order[page+by-1], order[page-1]
	return v.Console.Intake.ReorderLetter(v.r.Context(), act, order)
}

// ruleOnLink decides about a proposed link of this letter.
func (v *visit) ruleOnLink(act ingest.DeskAct, f url.Values) error {
	l, err := v.Console.Office.ProposedLink(v.r.Context(), act.Who, f.Get("link"))
	if err != nil {
		return err
	}
	if l.ArrivalID != act.ArrivalID {
		return complaint.ErrNoComplaint
	}
	o := ingest.Overrule{ArrivalID: act.ArrivalID, Who: act.Who, Reason: act.Reason}
	if strings.TrimSpace(o.Reason) == "" {
		o.Reason = "compared with the page"
	}
	if f.Get("do") == "link-confirm" {
		return v.Console.Intake.ConfirmLink(v.r.Context(), o, l.ID)
	}
	return v.Console.Intake.RefuseLink(v.r.Context(), o, l.ID)
}

// references reads references that a person chose or typed.
func (v *visit) references(who complaint.Person, all []string) (refs []complaint.Reference, err error) {
	for _, text := range all {
		ref, err := v.Console.Office.ParseReference(v.r.Context(), who, text)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}
