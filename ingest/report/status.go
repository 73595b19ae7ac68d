package report

import (
	"regexp"
	"strings"
	"sync"
)

var (
	// enhanced is an RFC 3463 code; what stands around it is checked apart, since
	// addresses and version numbers look alike.
	enhanced = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)
	// replyLine is an SMTP reply code (RFC 5321 section 4.2) with what follows.
	replyLine = regexp.MustCompile(`(?:^|[\s:;'"(>\[#])([45][0-57]\d)(?:[ \t\-:,;)'"]+|\r?\n|$)`)
)

// bestCode is the RFC 3463 code in a text that is no part of an address or
// version: failure before success, since transcripts tell of both; a detailed
// code before a plain x.0.0; then the first. "" if there is none.
func bestCode(s string) string {
	best, rank := "", 0
	for _, loc := range enhanced.FindAllStringIndex(s, 200) {
		if !standsAlone(s, loc[0], loc[1]) {
			continue
		}
		c, r := trimZeros(s[loc[0]:loc[1]]), 1
		if c[0] != '2' {
			r += 2
		}
		if !strings.HasSuffix(c, ".0.0") {
			r++
		}
		if r > rank {
			best, rank = c, r
		}
	}
	return best
}

func standsAlone(s string, start, end int) bool {
	if start > 0 {
		if c := s[start-1]; c >= '0' && c <= '9' || c == '.' || c == '/' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return false
		}
		before := strings.ToLower(s[max(0, start-10):start])
		for _, w := range []string{"exim ", "version ", "postfix ", "sendmail ", "ver. ", "[", "server "} {
			if strings.HasSuffix(before, w) {
				return w == "[" && end < len(s) && s[end] == ']'
			}
		}
	}
	if end < len(s) {
		if c := s[end]; c >= '0' && c <= '9' || c == '/' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return false
		}
		if s[end] == '.' && end+1 < len(s) && s[end+1] >= '0' && s[end+1] <= '9' {
			return false
		}
	}
	return true
}

// trimZeros writes 5.01.001 as 5.1.1.
func trimZeros(c string) string {
	parts := strings.Split(c, ".")
	for i, p := range parts {
		if p = strings.TrimLeft(p, "0"); p == "" {
			p = "0"
		}
		parts[i] = p
	}
	return strings.Join(parts, ".")
}

// replyClass is the class of the last SMTP reply code in a text, or 0.
func replyClass(s string) byte {
	if m := replyLine.FindStringSubmatch(s); m != nil {
		return m[1][0]
	}
	return 0
}

// decideStatus chooses the status of one recipient: the code of the report, or a
// more exact one in the diagnostic words; then the class of a reply code with
// what the words mean; then the words alone.
func decideStatus(status, action, reason string, n tone) string {
	code := bestCode(reason)
	if action == "failed" && strings.HasPrefix(status, "2") {
		status = "" // of the two the action is what somebody looked at
	}
	switch {
	case status == "":
	case strings.HasSuffix(status, ".0.0") && code != "" && code[0] == status[0]:
		return code
	default:
		return status
	}
	if code != "" {
		return code
	}
	switch action {
	case "delivered", "relayed", "expanded":
		return "2.0.0"
	}
	class := replyClass(reason)
	if class == 0 {
		class = classOf(action, reason, n)
	}
	detail := ""
	if strings.TrimSpace(reason) != "" {
		detail = meaning(reason)
	} else {
		detail = n.meaning()
	}
	switch {
	case class != 0:
	case detail == "0.0":
		return ""
	default:
		class = '5'
	}
	if detail == "4.7" && replyClass(reason) == 0 {
		class = '4' // as sendmail, Postfix and Exchange write it: given up, but never refused
	}
	return string(class) + "." + detail
}

// tone is what the words of a whole notice say, looked for when it is asked and
// once for all recipients.
type tone struct {
	delay, permanent, fail func() bool
	meaning                func() string
}

func toneOf(notice string) tone {
	if len(notice) > 4*maxNote {
		notice = notice[:4*maxNote]
	}
	has := func(words []phrase) func() bool {
		return sync.OnceValue(func() bool { return says(words, notice) })
	}
	return tone{
		delay: has(delayWords), permanent: has(permanentWords), fail: has(failWords),
		meaning: sync.OnceValue(func() string { return meaning(notice) }),
	}
}

// classOf tells the class where no code does.
func classOf(action, reason string, n tone) byte {
	switch {
	case action == "delayed":
		return '4'
	case action == "failed":
		return '5'
	case n.delay() && !n.permanent():
		return '4'
	case n.fail() || says(failWords, reason):
		return '5'
	}
	return 0
}

func actionOf(status string, n tone) string {
	switch {
	case strings.HasPrefix(status, "2"):
		return "delivered"
	case strings.HasPrefix(status, "4") && (n.delay() || !n.fail()) && !n.permanent():
		return "delayed"
	}
	return "failed"
}
