package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

// row is one way to call a command. $REF, $ARRIVAL, $PARKED, $LINK, $DECISION, $RUN,
// $FILE and $DIR stand for what a hidden complaint has.
type row struct {
	args string
	// does is what the role must allow; noPerson for a command that needs the
	// machine and shows nothing of a complaint.
	does  complaint.Action
	lists bool // leaves out what is hidden; others say that it is not there
}

const noPerson = ""

// accessTable has at least one row for every command: a new command without one fails
// TestP08EveryCommandHidesAComplaintFromWhomItIsAbout.
var accessTable = []row{
	{"demo", noPerson, false}, {"init", noPerson, false}, {"serve", noPerson, false}, {"check", noPerson, false}, {"explain", noPerson, false},
	{"ledger", noPerson, false}, {"audit verify", noPerson, false}, {"backup", noPerson, false}, {"restore", noPerson, false},
	{"migrate", noPerson, false}, {"version", noPerson, false}, {"read-pdf", noPerson, false}, {"import", noPerson, false}, {"policy", noPerson, false}, {"sheet batch", noPerson, false}, {"sheet separator", noPerson, false},
	{"templates list", noPerson, false}, {"templates lint", noPerson, false}, {"templates preview", noPerson, false},
	{"staff list", noPerson, false}, {"staff add", noPerson, false}, {"staff role", noPerson, false}, {"staff reset", noPerson, false}, {"staff remove", noPerson, false}, {"staff close", noPerson, false}, {"staff alias", noPerson, false},

	{"list", complaint.ActView, true}, {"list --all --text Zaginiony", complaint.ActView, true},
	{"list --arrivals", complaint.ActView, true}, {"list --held", complaint.ActView, true},
	{"list --queue about", complaint.ActView, true}, {"parked list", complaint.ActView, true},
	{"survey list", complaint.ActReport, true}, {"survey lesson $SURVEY x --owner Vera", complaint.ActReport, false},
	{"survey invite", noPerson, false}, // of people, not of complaints: TestP07CampaignAsksASampleOnce
	{"subject export $REF --to $DIR/subject", complaint.ActErase, false}, {"subject erase $REF --dry-run", complaint.ActErase, false},
	{"subject retention", noPerson, false}, // of what ended years ago: TestRetentionErasesWhatIsPastItsTime
	{"report --format json", complaint.ActReport, true}, {"report --format html", complaint.ActReport, true},
	{"letters list", complaint.ActPost, true}, {"letters print", complaint.ActPost, true},

	{"show $REF", complaint.ActView, false}, {"show $REF --why update", complaint.ActView, false}, {"show $REF --mail", complaint.ActView, false},
	{"audit show $REF", complaint.ActView, false}, {"about $REF", complaint.ActView, false},
	{"conduct $REF", complaint.ActView, false}, {"personal-data $REF", complaint.ActView, false},
	{"evidence $REF", complaint.ActView, false}, {"evidence $REF ticket INC-1 --add", complaint.ActEdit, false},
	{"set $REF room=7", complaint.ActEdit, false}, {"assign $REF", complaint.ActAssign, false},
	{"about $REF --add Nobody --reason x", complaint.ActRuleAbout, false},
	{"conduct $REF --drop --reason x", complaint.ActRuleConduct, false},
	{"personal-data $REF --drop --reason x", complaint.ActRulePersonal, false},

	{"stage $REF investigation --reason x", complaint.ActMove, false}, {"act $REF called", complaint.ActLog, false}, {"record $REF $FILE", complaint.ActLog, false},
	{"answered $REF --reason x", complaint.ActReply, false}, {"approve $REF", complaint.ActApprove, false}, {"approve $REF --back x", complaint.ActApprove, false},
	{"reply $REF --template update", complaint.ActReply, false}, {"reply $REF --template update --send", complaint.ActReply, false},
	{"reply $REF --discard", complaint.ActReply, false}, {"reply --matter storm --template update --send", complaint.ActReply, true},
	{"merge $REF $OPEN_REF --reason x", complaint.ActCombine, false}, {"merge $OPEN_REF $REF --reason x", complaint.ActCombine, false},
	{"split $REF --summary x --reason x", complaint.ActCombine, false}, {"link $REF $OPEN_REF --matter x", complaint.ActCombine, false},
	{"link $OPEN_REF $REF --matter x", complaint.ActCombine, false},
	{"ombudsman deadlock $REF --reason x", complaint.ActOmbudsman, false}, {"ombudsman referred $REF", complaint.ActOmbudsman, false},
	{"ombudsman back $REF --reason x", complaint.ActOmbudsman, false}, {"ombudsman decided $REF --result x", complaint.ActOmbudsman, false},
	{"bundle $REF --to $DIR/bundle", complaint.ActOmbudsman, false},
	{"ombudsman task $REF x", complaint.ActOmbudsman, false}, {"ombudsman done $REF 1", complaint.ActOmbudsman, false},

	{"parked show $PARKED", complaint.ActView, false}, {"parked export $PARKED", complaint.ActView, false},
	{"parked retry $PARKED", complaint.ActOverrule, false}, {"parked import $PARKED $FILE --reason x", complaint.ActOverrule, false},
	{"parked give-up $PARKED --reason x", complaint.ActOverrule, false},
	{"overrule link confirm $LINK --reason x", complaint.ActOverrule, false}, {"overrule undo $DECISION --reason x", complaint.ActOverrule, false},
	{"overrule release $ARRIVAL --reason x", complaint.ActOverrule, false}, {"overrule complaint $ARRIVAL --reason x", complaint.ActOverrule, false},
	{"overrule correspondence $ARRIVAL $REF --reason x", complaint.ActOverrule, false}, {"overrule correspondence $OPEN $REF --reason x", complaint.ActOverrule, false},
	{"overrule refuse $ARRIVAL --reason x", complaint.ActOverrule, false}, {"overrule set-aside $ARRIVAL --reason x", complaint.ActOverrule, false},

	{"desk show $ARRIVAL", complaint.ActView, false}, {"desk copy $ARRIVAL --out -", complaint.ActView, false}, {"desk set $ARRIVAL name=x", complaint.ActOverrule, false}, {"desk confirm $ARRIVAL", complaint.ActOverrule, false},
	{"desk split $ARRIVAL --after 1", complaint.ActOverrule, false}, {"desk reorder $ARRIVAL 2 1", complaint.ActOverrule, false}, {"desk turn $ARRIVAL --page 1", complaint.ActOverrule, false}, {"desk read $ARRIVAL", complaint.ActOverrule, false}, {"desk join $ARRIVAL $OPEN", complaint.ActOverrule, false}, {"desk join $OPEN $ARRIVAL", complaint.ActOverrule, false},
	{"desk link refuse $LINK", complaint.ActOverrule, false}, {"desk hand-back $ARRIVAL --reason x", complaint.ActOverrule, false},
	{"desk set-aside $ARRIVAL --reason x", complaint.ActOverrule, false}, {"desk list", complaint.ActView, true},
	{"desk received", noPerson, false}, {"desk check", noPerson, false}, // of a batch

	{"letters preview $LETTER --to $DIR/preview.pdf", complaint.ActPost, false}, {"letters address $LETTER A B C", complaint.ActEdit, false},
	{"letters reprint $RUN", complaint.ActPost, false}, {"letters posted $RUN", complaint.ActPost, false}, {"letters returned $PRINTED --reason x", complaint.ActPost, false},
}

// twoOfEach are two people of each role: the hidden complaints are about the first.
const twoOfEach = `[[staff]]
name = "Hanna Lis"
role = "manager"
[[staff]]
name = "Zofia Wójcik"
role = "data protection"
[[staff]]
name = "Adam Reads"
role = "auditor"
[[staff]]
name = "Marek Post"
role = "mailroom"
[[staff]]
name = "Vera"
role = "support"
[[staff]]
name = "Wanda"
role = "data protection"
[[staff]]
name = "Xenia"
role = "auditor"
[[staff]]
name = "Yvonne"
role = "mailroom"
`

var subjectsOf = []string{"Tomasz Nowak", "Hanna Lis", "Zofia Wójcik", "Adam Reads", "Marek Post"}

// secrets is a firm with complaints about one person of each role, in every state
// that a command can meet.
type secrets struct {
	*firm
	fill  *strings.Replacer
	words []string // that only those who may see the complaints may read
}

func newSecrets(t *testing.T, postgres bool) *secrets {
	t.Helper()
	x := &secrets{firm: newFirm(t, postgres, setup{toml: twoOfEach, waiting: true})}
	about := "Zaginiony: " + strings.Join(subjectsOf, ", ") + " did not help."
	held := x.feed(writes("Ola Zych <ola@p.example>", "h1@s", "Zaginiony router", "Auto-Submitted: auto-generated\n", about))
	ref := string(x.view(held).Complaint.Reference)
	near := x.feed(writes("Iga Zych <iga@p.example>", "h2@s", "About "+ref+" Zaginiony", "", "More of the same."))
	aside := x.feed(writes("Ela Zych <ela@p.example>", "h3@s", "Zaginiony modem", "", about))
	open := x.feed(writes("Jan Bór <jan@p.example>", "o1@s", "Slow", "", "It is slow."))
	parked := x.feed("", "too_large: it has 40 MB")
	asideRef, parkedRef := string(x.view(aside).Complaint.Reference), string(x.view(parked).Complaint.Reference)
	for _, name := range subjectsOf {
		x.manager(exitDone, "about", parkedRef, "--add", name, "--reason", "told on paper")
	}
	x.decide(exitDone, "set-aside", aside.ID, "--reason", "not for us")
	links := x.view(held).Links
	if len(links) != 1 {
		t.Fatalf("%d links to %s", len(links), ref)
	}
	x.manager(exitDone, "link", ref, "--matter", "storm")
	printed := x.byLetter(about)
	run := x.printed()
	waits := x.byLetter(about)
	file := filepath.Join(t.TempDir(), "corrected.eml")
	if err := os.WriteFile(file, []byte(writes("ola@p.example", "h4@s", "x", "", "x")), 0o600); err != nil {
		t.Fatal(err)
	}
	x.fill = strings.NewReplacer("$REF", ref, "$ARRIVAL", held.ID, "$OPEN_REF", string(x.view(open).Complaint.Reference), "$OPEN", open.ID, "$PARKED", parked.ID, "$LINK", links[0].ID, "$DECISION", x.lastDecision(aside),
		"$RUN", run.Run, "$FILE", file, "$DIR", t.TempDir(), "$LETTER", string(waits), "$SURVEY", x.skipped(held), "$PRINTED", string(printed))
	x.words = []string{ref, string(x.view(near).Complaint.Reference), asideRef, parkedRef, string(printed), string(waits),
		held.ID, near.ID, aside.ID, parked.ID, "Zaginiony", "Zych"}
	return x
}

// skipped keeps that the customer of a complaint is not asked how it was.
func (f *firm) skipped(a complaint.Arrival) (id string) {
	f.Helper()
	v := complaint.Survey{ID: complaint.NewID(), Source: complaint.FromClosure, ComplaintID: a.ComplaintID, Address: "ola@p.example", State: complaint.SurveySkipped, Why: "not in the sample", DecidedAt: time.Now()}
	err := f.app.store.InTx(f.Context(), func(tx *store.Tx) error {
		_, err := tx.CreateSurvey(f.Context(), v)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return v.ID
}

// feed records a message as the poller does and concludes it. One without text was
// over the limit.
func (f *firm) feed(raw string, damaged ...string) complaint.Arrival {
	f.Helper()
	a := store.NewArrival{Arrival: complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelEmail, ArrivedAt: time.Now(), Damaged: damaged}}
	if raw != "" {
		a.Body = bytes.NewReader([]byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	}
	if _, err := f.app.store.CreateArrivals(f.Context(), []store.NewArrival{a}); err != nil {
		f.Fatal(err)
	}
	if _, err := f.app.intake.Drain(f.Context()); err != nil {
		f.Fatal(err)
	}
	return f.now(a.Arrival)
}

// byLetter takes a form in whose sender wants a letter.
func (f *firm) byLetter(happened string) complaint.Reference {
	f.Helper()
	form := ingest.Form{ID: complaint.NewID(), At: f.app.now(), Language: complaint.English, Happened: happened, Name: "Ula Zych",
		ReplyBy: complaint.ByLetter, Post: []string{"Flat 2", "14 Fitzwilliam Street", "Sheffield", "S1 4JL"}}
	if err := f.app.intake.TakeForm(f.Context(), form, from(f.app.cfg), time.Minute); err != nil {
		f.Fatal(err)
	}
	return f.view(f.now(complaint.Arrival{ID: form.ID})).Complaint.Reference
}

// calls runs a row for a person, and gives what it said without what was typed.
func (x *secrets) calls(name string, r row) (code int, said string) {
	x.Helper()
	args := strings.Fields(r.args)
	for i := range args {
		args[i] = x.fill.Replace(args[i])
	}
	code, out, errs := x.cmd("", append([]string{"--as", name}, args...)...)
	said = out + errs
	for _, typed := range args {
		said = strings.ReplaceAll(said, typed, "…")
	}
	return code, said
}

// TestP08EveryCommandHidesAComplaintFromWhomItIsAbout walks the commands that there
// are: for whom a complaint may be about it is not there, in no list, in no count.
func TestP08EveryCommandHidesAComplaintFromWhomItIsAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		for _, name := range commands(t) {
			if !slices.ContainsFunc(accessTable, func(r row) bool { return r.args == name || strings.HasPrefix(r.args, name+" ") }) {
				t.Errorf("skarga %s: nobody says what it does about access; add a row to accessTable", name)
			}
		}
		x := newSecrets(t, postgres)
		for _, r := range accessTable {
			if r.does == noPerson {
				continue
			}
			for _, name := range x.some(r) {
				code, said := x.calls(name, r)
				p := x.person(name)
				want := exitFailed
				switch {
				case !complaint.HasRole(p.Role, r.does):
					want = exitRefused
				case r.lists && !strings.Contains(said, "complaint is linked under"):
					want = exitDone
				case r.lists:
					want = exitUsage
				}
				if code != want && !(want == exitRefused && code == exitFailed) {
					t.Errorf("%s, %s: exit %d, want %d: %s", name, r.args, code, want, said)
				}
				for _, w := range x.words {
					if strings.Contains(said, w) {
						t.Errorf("%s, %s: betrays %q: %s", name, r.args, w, said)
					}
				}
			}
		}
		if postgres {
			return // roles do not depend on the database
		}
		// The same for those whom it is not about: everything is there.
		for _, r := range accessTable {
			if r.does == noPerson {
				continue
			}
			for _, name := range []string{"Vera", "Anna Kowalska", "Wanda", "Xenia", "Yvonne"} {
				code, said := x.calls(name, r)
				p := x.person(name)
				refused := code == exitRefused && strings.Contains(said, "has the role")
				if refused == complaint.HasRole(p.Role, r.does) {
					t.Errorf("%s (%s), %s: exit %d: %s", name, p.Role, r.args, code, said)
				}
				if gone := []string{"casework: there is no", "no such"}; slices.ContainsFunc(gone, func(g string) bool { return strings.Contains(said, g) }) {
					t.Errorf("%s, %s: is not there: %s", name, r.args, said)
				}
				if r.lists && !refused && r.args != "letters print" && r.args != "desk list" && !slices.ContainsFunc(x.words, func(w string) bool { return strings.Contains(said, w) }) {
					t.Errorf("%s, %s: left out: %s", name, r.args, said)
				}
			}
		}
	})
}

// some are two of those whom the complaints are about and whose role may do it, and
// one whose role may not.
func (x *secrets) some(r row) (names []string) {
	may, mayNot := 2, 1
	for _, name := range subjectsOf {
		n := &mayNot
		if complaint.HasRole(x.person(name).Role, r.does) {
			n = &may
		}
		if *n--; *n >= 0 {
			names = append(names, name)
		}
	}
	return names
}

// person gives a member of staff.
func (f *firm) person(name string) complaint.Person {
	f.Helper()
	p, err := f.app.cases.Person(name)
	if err != nil {
		f.Fatal(err)
	}
	return p
}

// commands lists every command of the program.
func commands(t *testing.T) (names []string) {
	t.Helper()
	parser, err := kong.New(new(cli), kong.Name("skarga"), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(false) {
		name, _, _ := strings.Cut(strings.TrimPrefix(leaf.FullPath(), "skarga "), " <")
		names = append(names, name)
	}
	if len(names) < 20 {
		t.Fatalf("the test sees only the commands %q", names)
	}
	return names
}
