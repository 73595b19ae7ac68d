package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// edit opens an answer in the person's editor and reads it back. The draft is kept
// before, so that nobody else begins another one meanwhile.
func (s *session) edit(a *app, on casework.Acting, ans casework.Answer) (map[string]string, error) {
	p, err := a.cases.Compose(s.ctx, on, ans)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "skarga-reply-")
	if err != nil {
		return nil, fmt.Errorf("edit: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, string(on.Ref)+".txt")
	if err := os.WriteFile(path, []byte(editable(on.Ref, p)), 0o600); err != nil {
		return nil, fmt.Errorf("edit: %w", err)
	}
	editor := strings.Fields(cmp.Or(s.env("VISUAL"), s.env("EDITOR"), "vi"))
	cmd := exec.CommandContext(s.ctx, editor[0], append(editor[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.in, s.out, s.err
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("edit: %s: %w; the draft is as it was", editor[0], err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("edit: %w", err)
	}
	values, err := readEdited(string(text))
	maps.DeleteFunc(values, func(k, v string) bool { return v == "" && p.Draft.Values[k] == "" })
	return values, err
}

// env reads the environment that the session was given.
func (s *session) env(name string) string {
	for _, e := range s.environ {
		if k, v, _ := strings.Cut(e, "="); k == name {
			return v
		}
	}
	return ""
}

// editable writes the fields of an answer as a text to be edited: a line [field], then
// its words, up to the next such line.
func editable(ref complaint.Reference, p casework.Preview) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s of %s. Write below each [field]; lines that begin with # are notes.\n# \"none\" is an answer where a field says so.\n", strings.ReplaceAll(p.Draft.Kind, "_", " "), ref)
	for _, f := range p.Fields {
		notes := []string{f.Help}
		if f.Need == "" {
			notes = append(notes, "may stay empty")
		}
		if f.None {
			notes = append(notes, "may be \"none\"")
		}
		if f.Choices != nil {
			notes = append(notes, "one of "+strings.Join(f.Choices, ", "))
		}
		for _, key := range p.Keys(f) {
			fmt.Fprintf(&b, "\n# %s\n[%s]\n%s\n", strings.Join(notes, "; "), key, p.Draft.Values[key])
		}
	}
	return b.String()
}

// readEdited reads what editable wrote and a person changed. A field without words is
// empty; one that is not there any more is left as it was.
func readEdited(text string) (map[string]string, error) {
	values, key := map[string]string{}, ""
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		plain := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(plain, "#"):
		case len(plain) > 2 && plain[0] == '[' && plain[len(plain)-1] == ']' && !strings.ContainsAny(plain, " \t"):
			key = plain[1 : len(plain)-1]
			if _, twice := values[key]; twice {
				return nil, usageError{fmt.Errorf("the field [%s] stands there twice", key)}
			}
			values[key] = ""
		case key == "" && plain != "":
			return nil, usageError{errors.New("words stand before the first [field]: " + cut(plain, 40))}
		case key != "":
			values[key] += line
		}
	}
	for k, v := range values {
		values[k] = strings.TrimSpace(v)
	}
	return values, nil
}
