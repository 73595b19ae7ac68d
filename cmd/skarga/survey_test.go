package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/web"
)

func TestP07SurveyPageTakesAnswersAndStops(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		signing, err := f.app.store.SigningKeys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		links := func(id string, l complaint.Language) (answer, stop string) {
			answer, stop = web.SurveyLinks("", signing[0].Secret, id, l)
			return answer, stop
		}
		v := newVisitor(t, f.url(""))
		answer, stop := links("s1", complaint.Polish)
		if p := v.post(answer, "effort=7"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Proszę zaznaczyć ocenę") {
			t.Errorf("without an answer: %d", p.status)
		}
		if p := v.post(answer, "satisfaction=4&effort=9&comment=Dobrze"); p.status != http.StatusOK || !strings.Contains(p.body, "Dziękujemy") {
			t.Errorf("%d\n%s", p.status, p.body)
		}
		got, _, err := f.app.store.SurveyAnswer(t.Context(), "s1")
		if err != nil || got.Satisfaction != 4 || got.Effort != 0 || got.Comment != "Dobrze" || got.Language != complaint.Polish {
			t.Errorf("%+v %v", got, err)
		}
		// A mail program's one click has no cookie, no origin and no page before it.
		if p := newVisitor(t, f.url("")).post(stop, "List-Unsubscribe=One-Click"); p.status != http.StatusOK {
			t.Errorf("one click: %d", p.status)
		}
		if got, _, err = f.app.store.SurveyAnswer(t.Context(), "s1"); err != nil || got.OptedOutAt.IsZero() || got.Satisfaction != 4 {
			t.Errorf("%+v %v", got, err)
		}
		_, other := links("s2", complaint.English)
		if p := v.get(other); p.status != http.StatusOK {
			t.Errorf("%d", p.status)
		}
		if _, there, err := f.app.store.SurveyAnswer(t.Context(), "s2"); there || err != nil {
			t.Error("looking at the page stops surveys")
		}
		for _, forged := range []string{answer[:len(answer)-2] + "xx", "/en/survey/s1", strings.Replace(stop, "/stop", "", 1)[:12] + "s1.AAAA"} {
			if p := v.post(forged, "satisfaction=1"); p.status != http.StatusNotFound {
				t.Errorf("%s: %d", forged, p.status)
			}
		}
	})
}

func TestSurveyPagesAreAccessible(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	signing, err := f.app.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, stop := web.SurveyLinks(f.url(""), signing[0].Secret, "s1", complaint.English)
	b := testserver.Browser(t, testserver.Look{})
	b.Open(answer)
	inspect(t, b, "en survey")
	b.Press("main .actions .button")
	inspect(t, b, "en survey wrong")
	b.Click("#satisfaction-5")
	b.Press("main .actions .button")
	inspect(t, b, "en survey thanks")
	b.Open(stop)
	inspect(t, b, "en survey stop")
	b.Press("main .actions .button")
	inspect(t, b, "en survey stopped")
}

// TestCampaignWithoutALinkAsksNobody: what cannot be done at all is not begun.
func TestCampaignWithoutALinkAsksNobody(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	f.first() // a person who would be skipped, and put on record
	list := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(list, []byte("email,contacted\nemily@student.example,"+time.Now().Format(time.DateOnly)+"\nnew@student.example,"+time.Now().Format(time.DateOnly)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := f.cmd("", "survey", "invite", "--csv", list); code != exitFailed || !strings.Contains(errs, "must be an https address") || strings.Contains(errs, "line") {
		t.Errorf("invite: %d, %s", code, errs)
	}
	if out := f.must(exitDone, "survey", "list"); out != "Nobody was asked in this time.\n" {
		t.Errorf("half done: %s", out)
	}
}
