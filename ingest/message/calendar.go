package message

import (
	"strings"
	"time"
)

// calendarText returns what a person reads of the first event of an invitation (RFC
// 5545): what, when, where, and the description; "" if there is no event.
func calendarText(s string) string {
	s = strings.NewReplacer("\n ", "", "\n\t", "").Replace(s)
	_, s, _ = strings.Cut("\n"+s, "\nBEGIN:VEVENT\n")
	event, _, _ := strings.Cut(s, "\nEND:VEVENT")
	fields := map[string]string{}
	for line := range strings.SplitSeq(event, "\n") {
		if strings.HasPrefix(line, "BEGIN:") { // an alarm has a description of its own
			break
		}
		name, params, value := calendarField(line)
		if _, twice := fields[name]; twice || value == "" {
			continue
		}
		switch name {
		case "SUMMARY", "LOCATION", "DESCRIPTION":
			fields[name] = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value)
		case "DTSTART", "DTEND":
			fields[name] = calendarTime(params, value)
		}
	}
	when := fields["DTSTART"]
	if end := fields["DTEND"]; when != "" && end != "" {
		when += " - " + end
	}
	var out []string
	for _, v := range []string{fields["SUMMARY"], when, fields["LOCATION"]} {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n") + "\n\n" + fields["DESCRIPTION"])
}

// calendarField splits a line at the first colon outside of quotes.
func calendarField(line string) (name, params, value string) {
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ':' && !quoted:
			name, params, _ = strings.Cut(line[:i], ";")
			return strings.ToUpper(name), params, line[i+1:]
		}
	}
	return "", "", ""
}

// calendarTime writes a date, or a time with its zone, so that people can read it.
func calendarTime(params, value string) string {
	if t, err := time.Parse("20060102", value); err == nil {
		return t.Format("2006-01-02")
	}
	t, err := time.Parse("20060102T150405", strings.TrimSuffix(value, "Z"))
	if err != nil {
		return value
	}
	out := t.Format("2006-01-02 15:04")
	if strings.HasSuffix(value, "Z") {
		return out + " UTC"
	}
	if _, zone, ok := strings.Cut(params, "TZID="); ok {
		zone, _, _ = strings.Cut(zone, ";")
		out += " (" + strings.Trim(zone, `"`) + ")"
	}
	return out
}
