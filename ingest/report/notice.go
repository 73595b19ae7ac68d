package report

import (
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// note is what a report's text says about one recipient; address is empty when
// the text names none.
type note struct {
	address string
	text    string
}

// maxNote is how many bytes are kept of what is said about one recipient.
const maxNote = 8 << 10

func (n *note) add(line string) {
	if len(n.text)+len(line) < maxNote {
		n.text += line + "\n"
	}
}

var (
	// ownLine is an address that begins a line and rules it: qmail and Postfix
	// ("<a@b>: said"), Exim and Gmail (alone), Exchange ("a@b on 1/2/2003"),
	// sendmail ("<a@b>... Unknown"), Openwave ("SMTP <a@b>").
	ownLine = regexp.MustCompile(`^[\s>*•|\-"']*(?:SMTP )?<?([^\s<>;:,"'()\[\]{}]+@[^\s<>;:,"'()\[\]{}]+[^\s<>;:,"'()\[\]{}.])>?["']?(?:\s*<(?:mailto:)?[^>]*>)?\s*(?:$|[:;(]|\.\.\.|\pL{1,4} \d|- |smtp|\[|#)(.*)$`)
	// generated is how Exim names the address behind an alias, pipe or file.
	generated = regexp.MustCompile(`(?i)^\s*\(?(?:ultimately )?(?:generated (?:from|by)|expanded from:?)\s+<?([^\s<>()]+@[^\s<>()]+)>?\)?`)
	// labelled is an address after the words for a recipient.
	labelled = regexp.MustCompile(`(?i)(?:\brecipients?|\brcpt(?: to)?|\bto|\baddress(?:es)?|\bmailbox|\buser|\bfor|\bfull|odbiorc\w*|adres\w*)(?: (?:is|was|by|of|the following))?[\s:=]*["'\[(]*<?(?:mailto:|smtp:|rfc822; ?)?([^\s<>;:,"'()\[\]{}]+@[^\s<>;:,"'()\[\]{}]+[^\s<>;:,"'()\[\]{}.])`)
	// renamed is the address as the sender wrote it, below the one it led to.
	renamed = regexp.MustCompile(`(?i)^\s*original address:\s*<?([^\s<>]+@[^\s<>]+)`)
	// localPart is an address in two words.
	localPart = regexp.MustCompile(`(?i)local[- ]part "?([^\s"]+)"? in domain "?([^\s"<>]+[^\s"<>.])`)
	contact   = regexp.MustCompile(`(?i)contact|assistance|question|send (e-?)?mail to|mail to:? ?<?postmaster|please (forward|mail|send)|mail ?from|^\s*(from|sender|reply-to|return-path|subject|date|message-id|received)\b|help ?desk|generating server|reporting`)
	// boilerplate is what every report says.
	boilerplate = regexp.MustCompile(`(?i)^\W*(if you do so|for further assistance|this is a mime|i.m sorry to have to inform|delete your own text)`)
	role        = regexp.MustCompile(`(?i)^(postmaster|mailer-daemon|abuse|support|helpdesk|hostmaster)@`)
)

// readNotes reads what the text of a report says, recipient by recipient. Where
// X-Failed-Recipients (Exim, Gmail) lists them, that list decides.
func readNotes(m *message.Message, notice string) []note {
	lines := strings.Split(notice, "\n")
	known := map[string]int{}
	notes := strongNotes(lines, known)
	if len(notes) == 0 {
		notes = weakNotes(m, lines)
	}
	if listed := failedRecipients(m); len(listed) > 0 {
		return chooseListed(listed, notes, notice)
	}
	if len(notes) == 0 {
		return []note{{"", summary(notice)}}
	}
	return tidy(notes, notice)
}

// failedRecipients reads X-Failed-Recipients; it may stand several times and
// hold several addresses.
func failedRecipients(m *message.Message) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range fieldAll(m, "X-Failed-Recipients") {
		for _, a := range anyAddress.FindAllString(clip(v), maxRecipients) {
			if k := strings.ToLower(a); !seen[k] {
				seen[k] = true
				out = append(out, a)
			}
		}
	}
	return out
}

// chooseListed gives each listed recipient its note. One listed without a note
// takes the notes' text when there is only one, or the summary.
func chooseListed(listed []string, notes []note, notice string) []note {
	out := make([]note, 0, len(listed))
	used := map[int]bool{}
	for _, a := range listed {
		n := note{address: a}
		for i, have := range notes {
			if sameAddress(have.address, a) && have.text != "" {
				n.text, used[i] = have.text, true
				break
			}
		}
		out = append(out, n)
	}
	for i := range out {
		for j, have := range notes {
			if out[i].text == "" && !used[j] && have.text != "" {
				out[i].text, used[j] = have.text, true
			}
		}
	}
	return tidy(out, notice)
}

// strongNotes collects the lines ruled by an address, and what follows each up
// to a blank line after the words that matter.
func strongNotes(lines []string, known map[string]int) []note {
	var notes []note
	cur, open := -1, false
	for i, line := range lines {
		if g := generated.FindStringSubmatch(line); g != nil {
			// Exim: the line before was a pipe, a file or an alias.
			if cur >= 0 && open && strings.TrimSpace(notes[cur].text) == "" && indentOf(lines[max(0, i-1)]) <= indentOf(line) {
				continue
			}
			cur, notes = addNote(notes, known, g[1])
			open = cur >= 0
			continue
		}
		m := ownLine.FindStringSubmatch(line)
		if m != nil && !continuation(lines, i, notes, cur, open) && (hasCode(line) || !contact.MatchString(line)) {
			cur, notes = addNote(notes, known, m[1])
			if open = cur >= 0; open {
				notes[cur].add(strings.TrimSpace(m[2]))
			}
			continue
		}
		if replyLine.MatchString(line) {
			if a := anyAddress.FindString(line); a != "" {
				if at, ok := known[strings.ToLower(a)]; ok && bestCode(notes[at].text) == "" {
					cur, open = at, true
				}
			}
		}
		if !open {
			continue
		}
		if strings.TrimSpace(line) == "" && (hasCode(notes[cur].text) || strings.Count(notes[cur].text, "\n") > 25) {
			open = false
			continue
		}
		notes[cur].add(line)
	}
	return notes
}

// continuation says that a line beginning with an address only continues the
// sentence of the line before, as in "RCPT TO:" wrapped before "<a@b>".
func continuation(lines []string, i int, notes []note, cur int, open bool) bool {
	if !open || i == 0 || cur < 0 {
		return false
	}
	before := strings.TrimRight(lines[i-1], " \t")
	return strings.TrimSpace(before) != "" && strings.TrimSpace(notes[cur].text) != "" &&
		indentOf(lines[i]) > 0 && indentOf(lines[i]) >= indentOf(before)
}

func indentOf(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

func addNote(notes []note, known map[string]int, address string) (int, []note) {
	key := strings.ToLower(address)
	if at, ok := known[key]; ok {
		return at, notes
	}
	if len(notes) == maxRecipients {
		return -1, notes
	}
	known[key] = len(notes)
	return len(notes), append(notes, note{address: address})
}

// weakNotes finds addresses inside sentences about failure. The addressee of the
// report itself, who sent the mail, is none of them.
func weakNotes(m *message.Message, lines []string) []note {
	own := map[string]bool{}
	for _, a := range m.To {
		own[strings.ToLower(a.Address)] = true
	}
	var notes []note
	known := map[string]int{}
	for i, line := range lines {
		if p := localPart.FindStringSubmatch(line); p != nil {
			line = p[1] + "@" + p[2] + ": " + line
		}
		if !strings.Contains(line, "@") || contact.MatchString(line) {
			continue
		}
		if r := renamed.FindStringSubmatch(line); r != nil && len(notes) > 0 {
			notes[len(notes)-1].address = r[1]
			continue
		}
		a := ""
		if l := labelled.FindStringSubmatch(line); l != nil {
			a = l[1]
		} else if says(failWords, line) || replyLine.MatchString(line) || meaning(line) != "0.0" {
			a = anyAddress.FindString(line)
		}
		if a == "" || own[strings.ToLower(a)] || role.MatchString(a) {
			continue
		}
		at, list := addNote(notes, known, a)
		if notes = list; at < 0 || len(notes[at].text) > maxNote/8 || hasCode(notes[at].text) {
			continue
		}
		notes[at].add(strings.Join(paragraphAt(lines, i), "\n"))
	}
	return notes
}

// paragraphAt is the line and what follows it, over blank lines until a code was
// seen, ten lines at most.
func paragraphAt(lines []string, i int) []string {
	var out []string
	for j := i; j < len(lines) && j < i+10; j++ {
		if strings.TrimSpace(lines[j]) == "" && hasCode(strings.Join(out, "\n")) {
			break
		}
		out = append(out, lines[j])
	}
	return out
}

func hasCode(s string) bool { return replyLine.MatchString(s) || bestCode(s) != "" }

// tidy gives recipients of a list the words that stand after the list, and cuts
// each text to what matters.
func tidy(notes []note, notice string) []note {
	after, silent := "", true
	for i := len(notes) - 1; i >= 0; i-- {
		t := essence(notes[i].text)
		if t == "" {
			t = after
		}
		if t == "" {
			t = summary(notice) // at most once: it serves the others too
		}
		after, notes[i].text = t, t
		silent = silent && !tells(t)
	}
	if !silent {
		return notes
	}
	if s := summary(notice); tells(s) {
		for i := range notes {
			notes[i].text = s // what stands beside the addresses says nothing
		}
	}
	return notes
}

// tells says whether words hold a code or a known meaning.
func tells(s string) bool { return hasCode(s) || meaning(s) != "0.0" }

// essence is the text up to its first code's paragraph, or its first paragraph
// with a meaning, or its first paragraph.
func essence(t string) string {
	paras := paragraphs(t)
	for i, p := range paras {
		if hasCode(p) {
			return strings.Join(paras[:i+1], "\n")
		}
	}
	for _, p := range paras {
		if meaning(p) != "0.0" {
			return p
		}
	}
	if len(paras) > 0 {
		return paras[0]
	}
	return ""
}

// summary is the paragraph of a notice that tells the most.
func summary(notice string) string {
	paras := paragraphs(notice)
	for _, fits := range []func(string) bool{hasCode,
		func(p string) bool { return meaning(p) != "0.0" }, func(p string) bool { return says(failWords, p) }} {
		for _, p := range paras {
			if fits(p) && !boilerplate.MatchString(p) {
				return p[:min(len(p), maxNote)]
			}
		}
	}
	if len(paras) > 0 {
		return paras[0]
	}
	return ""
}

func paragraphs(t string) []string {
	var out []string
	for _, p := range strings.Split(t, "\n\n") {
		if p = strings.TrimSpace(p); p != "" && len(out) < 200 {
			out = append(out, p)
		}
	}
	return out
}
