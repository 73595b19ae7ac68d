package report

import (
	"regexp"
	"strings"
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
	if class == 0 {
		return ""
	}
	detail := n.meaning
	if strings.TrimSpace(reason) != "" {
		detail = meaning(reason)
	}
	if detail == "4.7" && replyClass(reason) == 0 {
		class = '4' // as sendmail, Postfix and Exchange write it: given up, but never refused
	}
	return string(class) + "." + detail
}

var (
	delayWords = regexp.MustCompile(`(?i)\bdelayed\b|not yet been delivered|warning only|will (be )?(retried|re-?try|keep trying|continue)|still being retried|attempts will continue|delivery incomplete|do not need to resend|temporary (failure|error|problem)|temporarily|opóźni`)
	failWords  = regexp.MustCompile(`(?i)permanent|failed|undeliver|could not be delivered|couldn.t be delivered|returned|giv(en|ing) up|unable to|not be delivered|no such|unknown|not found|invalid|rejected|did not reach|is full|not exist|wasn.t|was not|exceeded|unrouteable|malformed|incorrectly|failure|niedostarcz|nie (mógł|mogła|można|udało)`)
)

var permanentWords = regexp.MustCompile(`(?i)permanent(ly)?|given up|giving up|failed permanently|has failed`)

// tone is what the words of a whole notice say, found once for all recipients.
type tone struct {
	delay, permanent, fail bool
	meaning                string
}

func toneOf(notice string) tone {
	if len(notice) > 4*maxNote {
		notice = notice[:4*maxNote]
	}
	return tone{
		delay: delayWords.MatchString(notice), permanent: permanentWords.MatchString(notice),
		fail: failWords.MatchString(notice), meaning: meaning(notice),
	}
}

// classOf tells the class where no code does.
func classOf(action, reason string, n tone) byte {
	switch {
	case action == "delayed":
		return '4'
	case action == "failed":
		return '5'
	case n.delay && !n.permanent:
		return '4'
	case n.fail || failWords.MatchString(reason):
		return '5'
	}
	return 0
}

func actionOf(status string, n tone) string {
	switch {
	case strings.HasPrefix(status, "2"):
		return "delivered"
	case strings.HasPrefix(status, "4") && (n.delay || !n.fail) && !n.permanent:
		return "delayed"
	}
	return "failed"
}

// meanings maps well-known words to the subject and detail of RFC 3463 section 3,
// the more telling first.
var meanings = []struct {
	words *regexp.Regexp
	code  string
}{
	{regexp.MustCompile(`(?i)(mail ?box|mailfolder|account|inbox|disk|storage)( of .{1,60})?( is|'s)? (currently )?full|over ?quota|quota (exceeded|is full)|(exceeded|over|exceeds) .{0,30}(quota|storage)|insufficient (system )?storage|mailbox (size limit|exceeds|has exceeded)|skrzynka .{0,30}pełna`), "2.2"},
	{regexp.MustCompile(`(?i)(message|mail|size).{0,30}(too (big|large)|exceed)|exceeds? .{0,30}(size|limit)|maximum (message )?size`), "3.4"},
	{regexp.MustCompile(`(?i)(host|domain)( name)? (unknown|not found|lookup)|(unknown|no such) (host|domain|server)|name service error|nxdomain|domain (does not|doesn.t) exist|couldn.t find any host|unrouteable mail domain|host or domain name not found|no mail exchanger|all relevant mx records point`), "1.2"},
	{regexp.MustCompile(`(?i)(account|mailbox|address|user|recipient).{0,20} (is )?(disabled|inactive|suspended|deactivated|expired|locked|discontinued)|no longer (active|available|on server|with|accepting)`), "2.1"},
	{regexp.MustCompile(`(?i)user .{0,60}(unknown|not found|not exist|invalid)|(unknown|no such|invalid|nonexistent|unrouteable|bad) .{0,12}(user|recipient|account|mailbox|address|local|person)|(recipient|address|mailbox|account|user|it)( name)? .{0,40}(unknown|not found|doesn.t exist|does not exist|could not be found|couldn.t be found|wasn.t found|not listed|invalid|rejected)|(no|not a|isn.t a|unknown) (mailbox|valid|such|account) ?|(doesn.t|does not) have an? .{1,40}account|unknown local part|not our customer|recipnotfound|mailbox unavailable|nie istnieje|nieznan`), "1.1"},
	{regexp.MustCompile(`(?i)malformed|syntax error|incorrectly constructed|bad address syntax|invalid address format`), "1.3"},
	{regexp.MustCompile(`(?i)too many hops|mail loop|loops? back|hop count`), "4.6"},
	{regexp.MustCompile(`(?i)retry time(out)?( not reached| exceeded)?|(been )?failing for a long time|(delivery|queue).{0,20}expired|message expired|too long (on|in) the queue|been (on|in) the queue too long`), "4.7"},
	{regexp.MustCompile(`(?i)timed ?out|connection (refused|reset|lost|closed)|no route to host|network (is )?unreachable|not accept .{0,20}connect|(couldn.t|could not|cannot|can.t|unable to) (connect|establish)|did not (respond|answer)|no answer|socket error|lost connection|hosts? .{0,40}(unreachable|down)`), "4.1"},
	{regexp.MustCompile(`(?i)\bspam\b|blocked|black ?list|block ?list|policy|access denied|relay|dmarc|\bspf\b|\bdkim\b|ptr record|reverse dns|reputation|unsolicited|not (authori[sz]ed|permitted|allowed)|authentication|virus|listed (in|at|on|by)|prohibited|banned|refused`), "7.1"},
}

// meaning is the subject and detail that the words stand for; 0.0 if none.
func meaning(words string) string {
	words = clip(words)
	for _, m := range meanings {
		if m.words.MatchString(words) {
			return m.code
		}
	}
	return "0.0"
}
