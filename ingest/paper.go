package ingest

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// Paper is what is known of a letter that came as a scan: first which pages it has
// and what their codes say, then their text as well.
type Paper struct {
	Name       string   // of the file that it came in
	Pages      int      // so far; 0 when the file cannot be read
	Whole      bool     // all its pages are on record
	Read       bool     // and their text too, as far as it can be read
	ToType     bool     // a page could not be read: a person types it
	Hash       string   // of its pages' pictures; empty when there is nothing to compare
	Codes      []string // texts of the codes on it
	Text       string
	Language   complaint.Language
	Confidence float64 // of its words; 0 to 1
	Details    []complaint.Detail
	Sender     Customer // who wrote it, by where things stand on the page; details fill what is empty
	Damaged    []string // what is wrong with it: "code: words"
	Batch      complaint.ScanBatch
	HandedBack string // why it went back to the mailroom; empty: it did not

	from customer // who wrote it, by what was read and the directory
}

// Papers knows the letters that came as scans. The import implements it.
type Papers interface {
	Paper(ctx context.Context, a complaint.Arrival) (Paper, error)
	// Side reads one page of a letter.
	Side(p complaint.ScanPage) (Side, error)
}

// Customer is one person of the firm's directory. Empty fields are unknown.
type Customer struct {
	Account  string
	Name     string
	Building string
	Room     string
	Address  []string // postal address without the name, a line each
	Email    string
}

// Directory knows the firm's customers. Both arguments may be empty; found says that
// exactly one customer has this account, or where none is given this name.
type Directory interface {
	Find(account, name string) (c Customer, found bool)
}

// customer is who wrote a letter.
type customer struct {
	Customer
	replyBy complaint.Way
	sure    bool   // the directory has this account and name: answers may go to it
	note    string // what the directory says about it, for staff; may be empty
}

// readPaper judges a letter. Only signs that something is missing or unsure make a
// person look first: nothing leaves to a name or address that was only read (DOMAIN,
// Post).
func (in *Intake) readPaper(p Paper) Read {
	out := Read{Paper: &p, NewText: p.Text, Language: p.Language, Details: p.Details, Staff: subjects(p.Details)}
	j := &out.Judgement
	*j = Judgement{Kind: KindComplaint, Answer: AnswerAcknowledge, Bounces: []Bounce{}, Reasons: []string{"A letter by post, scanned as " + p.Name}}
	p.from = p.customer(in.Directory)
	if p.from.note != "" {
		j.because(p.from.note)
	}
	for i, d := range p.Damaged {
		if !slices.Contains(p.Damaged[:i], d) { // of several pages
			j.because(damagedPage + d)
		}
	}
	switch {
	case p.HandedBack != "":
		j.hold("It went back to the mailroom: " + p.HandedBack)
	case p.Batch.Problem != "" && p.Batch.CheckedAt.IsZero():
		j.hold("Its whole batch is at the desk: " + p.Batch.Problem)
	case p.Pages == 0 && p.Whole:
		j.hold("The file cannot be read: " + cmp.Or(strings.Join(p.Damaged, "; "), "it has no pages"))
	case !p.Read:
		j.hold(beingRead)
	default:
		if why := p.waits(); why != "" {
			j.hold(why)
		}
	}
	return out
}

// waits says for what a letter that was read waits: all of it, since the one is not seen
// behind the other. "" where nothing is missing.
func (p Paper) waits() string {
	var why []string
	switch {
	case p.ToType:
		why = append(why, "A page could not be read; type what it says")
	case strings.TrimSpace(p.Text) == "":
		why = append(why, "Nothing was found on its pages; see whether they are empty")
	}
	if p.Batch.Provisional() {
		why = append(why, "When it arrived is not known: 00:00 of the file's date stands in; set the time")
	}
	if len(why) == 0 && !p.from.sure {
		return heldOnlyRead
	}
	return strings.Join(why, ". ")
}

// damagedPage begins what is wrong with a page of a letter.
const damagedPage = "Damaged: "

// beingRead is why a letter waits for its own text.
const beingRead = "Its pages are being read"

// customer is who wrote the letter: the first of each detail, completed and checked
// by the directory.
func (p Paper) customer(known Directory) customer {
	first := func(kind complaint.DetailKind) string {
		for _, d := range p.Details {
			if d.Kind == kind {
				return d.Value
			}
		}
		return ""
	}
	c := customer{Customer: p.Sender}
	c.Account, c.Name = cmp.Or(c.Account, first(complaint.DetailAccount)), cmp.Or(c.Name, first(complaint.DetailName))
	c.Room, c.Email = cmp.Or(c.Room, first(complaint.DetailRoom)), cmp.Or(c.Email, first(complaint.DetailEmail))
	if a := first(complaint.DetailAddress); len(c.Address) == 0 && a != "" {
		c.Address = strings.Split(a, ", ")
	}
	if known != nil {
		if found, ok := known.Find(c.Account, c.Name); ok {
			c.check(found)
		}
	}
	c.replyBy = complaint.ByLetter
	if c.Email != "" && !asksForPost.MatchString(p.Text) {
		c.replyBy = complaint.ByEmail
	}
	return c
}

// check holds what was read against the directory's entry, and takes from it what is
// missing. Account and name together make it sure.
func (c *customer) check(found Customer) {
	name := c.Name == "" || sameName(c.Name, found.Name)
	mail := c.Email == "" || complaint.FoldAddress(c.Email) == complaint.FoldAddress(found.Email)
	switch {
	case !name:
		c.note = fmt.Sprintf("The directory has account %s for %s, not for %s", found.Account, found.Name, c.Name)
		return
	case c.Account != "" && c.Name != "" && mail:
		c.sure = true
		c.note = "The directory has this account and name"
		c.Name, c.Address = inOrder(c.Name, found.Name), found.Address
	case c.Account != "" && c.Name != "":
		c.note = "The directory has this account and name, but another e-mail address: " + cmp.Or(found.Email, "none")
	default:
		c.note = "Completed from the directory by " + map[bool]string{true: "account", false: "name"}[c.Account != ""] + ": compare it"
	}
	c.Account, c.Name = cmp.Or(c.Account, found.Account), cmp.Or(c.Name, found.Name)
	c.Building, c.Room = cmp.Or(c.Building, found.Building), cmp.Or(c.Room, found.Room)
	if len(c.Address) == 0 {
		c.Address = found.Address
	}
}

// sameName says whether two names are of one person: equal but for case, titles and
// the order of their words.
func sameName(a, b string) bool { return nameKey(a) != "" && nameKey(a) == nameKey(b) }

// otherName says whether two names are of two people: one that was read wrongly has a word
// in common with itself.
func otherName(a, b string) bool {
	mine, theirs := strings.Fields(nameKey(a)), strings.Fields(nameKey(b))
	return len(mine) > 0 && len(theirs) > 0 && !slices.ContainsFunc(mine, func(w string) bool { return slices.Contains(theirs, w) })
}

// inOrder is a name as the directory spells it, in the order in which its owner wrote it.
func inOrder(written, known string) string {
	spelled := nameWords(known)
	words := strings.Fields(written)
	for i, w := range words {
		if at := slices.IndexFunc(spelled, func(s string) bool { return nameKey(s) == nameKey(w) }); at >= 0 {
			words[i] = spelled[at]
		}
	}
	return strings.Join(words, " ")
}

// nameWords divides a name into its words.
func nameWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '.' || r == '\u00a0' })
}

// nameKey is a name without what may differ.
func nameKey(s string) string {
	words := nameWords(complaint.Fold(s))
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(titles, w) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// titles stand before names and are no part of them.
var titles = []string{"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "pan", "pani", "państwo"}

// asksForPost finds the wish to be answered on paper.
var asksForPost = regexp.MustCompile(`(?i)\b(?:reply|respond|answer|write|contact me|response)\b[^.\n]{0,40}\b(?:by (?:post|letter|mail)|in writing by post|on paper)\b|` +
	`(?:odpowied\S+|odpis\S+|kontakt\S*)[^.\n]{0,40}(?:listown\S+|listem|poczt[ąa] tradycyjn\S+|na papierze|na adres pocztowy)`)

// fill puts on a record what the letter says, and leaves what is there.
func (p Paper) fill(c *complaint.Complaint) {
	f := p.from
	c.CustomerName = cmp.Or(c.CustomerName, f.Name)
	c.CustomerAddress = cmp.Or(c.CustomerAddress, f.Email)
	if c.PostalAddress == "" && len(f.Address) > 0 {
		c.PostalAddress = strings.Join(append([]string{c.CustomerName}, f.Address...), "\n")
	}
	c.PostalConfirmed = c.PostalConfirmed || f.sure && c.PostalReturned == "" // the directory does not know that somebody moved
	c.ReplyBy = f.replyBy
	if p.Read {
		c.Language = p.Language
	}
	c.Subject = cmp.Or(c.Subject, p.subject())
	c.Summary = cmp.Or(c.Summary, clip(p.Text, 500))
}

// subject is the line that says what the letter is about: after a word like "Re:",
// or else the first sentence after the salutation.
func (p Paper) subject() string {
	if m := subjectLine.FindStringSubmatch(p.Text); m != nil {
		return clip(oneLine(m[1]), 70)
	}
	if at := salutation.FindStringIndex(p.Text); at != nil {
		return clip(oneLine(p.Text[at[1]:]), 70)
	}
	return ""
}

var (
	subjectLine = regexp.MustCompile(`(?im)^[ \t]*(?:re|ref|subject|dotyczy|temat)[ \t]*[:.][ \t]*(\S[^\n]{3,})$`)
	salutation  = regexp.MustCompile(`(?im)^[ \t]*(?:dear\b|to whom it may concern|szanown\S+|dzień dobry|drodzy|drog\S+)[^\n]*$`)
)

// identity names a letter by its pages' pictures, so that the same pages are known
// when they come again. ok is false when there is nothing to compare.
func (p Paper) identity(arrivalID string) (_ complaint.Identity, ok bool) {
	return complaint.Identity{ArrivalID: arrivalID, MessageID: "scan." + p.Hash, ContentHash: p.Hash}, p.Whole && p.Hash != ""
}

// record is what a letter's complaint has beside the complaint itself, and whether the
// letter added to it.
func (p Paper) record(r complaint.Record) (_ complaint.Record, added bool) {
	was := [...]string{r.Account, r.Building, r.Room}
	r.Account, r.Building, r.Room = cmp.Or(r.Account, p.from.Account), cmp.Or(r.Building, p.from.Building), cmp.Or(r.Room, p.from.Room)
	return r, was != [...]string{r.Account, r.Building, r.Room}
}

// samePersonDays is how many days back a letter is held against other complaints of
// the same person.
const samePersonDays = 7

// paperKeys gathers the hints at a complaint that a letter belongs to: a signed code
// of ours joins, and so does a reference in the text with the same person; what the
// same person wrote within days is proposed. of is the complaint that the letter made, if
// it made one.
func (c *conclusion) paperKeys(ctx context.Context, p *Paper, of string) ([]threadKey, error) {
	var keys []threadKey
	add := func(ref complaint.Reference, why string, joins func(complaint.Complaint) (bool, error)) error {
		comp, found, err := c.tx.ComplaintByReference(ctx, ref)
		if err != nil || !found {
			return err
		}
		sure, err := joins(comp)
		keys = append(keys, threadKey{comp.ID, why, sure})
		return err
	}
	for _, text := range p.Codes {
		if ref, ok := c.in.answers.SlipCode(text); ok {
			if err := add(ref, "it has the signed code of that complaint on it", func(complaint.Complaint) (bool, error) { return true, nil }); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range p.Details {
		if d.Kind == complaint.DetailReference {
			if err := add(complaint.Reference(d.Value), "it names the reference", func(comp complaint.Complaint) (bool, error) { return c.wrote(ctx, p, comp) }); err != nil {
				return nil, err
			}
		}
	}
	near, err := c.nearKeys(ctx, "it", p.Text, func(comp complaint.Complaint) (bool, error) { return c.wrote(ctx, p, comp) })
	if err != nil {
		return nil, err
	}
	keys = append(keys, near...)
	var addresses []string
	if p.from.Email != "" {
		addresses = []string{complaint.FoldAddress(p.from.Email)}
	}
	if len(addresses) == 0 && p.from.Name == "" {
		return distinct(keys), nil
	}
	others, err := c.tx.SamePerson(ctx, of, addresses, p.from.Name, p.Batch.ReceivedAt.AddDate(0, 0, -samePersonDays))
	if err != nil {
		return nil, err
	}
	for _, comp := range others {
		if !comp.ReceivedAt.After(p.Batch.ReceivedAt.AddDate(0, 0, samePersonDays)) {
			keys = append(keys, threadKey{comp.ID, "the same person wrote by " + channelWord(comp.Channel) + " within days", false})
		}
	}
	return distinct(keys), nil
}

func channelWord(ch complaint.Channel) string {
	return map[complaint.Channel]string{complaint.ChannelEmail: "e-mail", complaint.ChannelForm: "the online form", complaint.ChannelLetter: "letter"}[ch]
}

// wrote says whether the letter is by the customer of a complaint: their name or
// account, or an e-mail address that belongs to it.
func (c *conclusion) wrote(ctx context.Context, p *Paper, comp complaint.Complaint) (bool, error) {
	if sameName(p.from.Name, comp.CustomerName) {
		return true, nil
	}
	from := complaint.FoldAddress(p.from.Email)
	if from == "" {
		return false, nil
	}
	parties, err := c.tx.Parties(ctx, comp.ID)
	return slices.ContainsFunc(parties, func(x complaint.Party) bool { return x.Address == from }), err
}
