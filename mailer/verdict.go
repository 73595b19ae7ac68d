package mailer

import "fmt"

// verdict is what a try to send means for the delivery.
type verdict int

const (
	accepted  verdict = iota
	permanent         // this recipient or this mail is refused for good
	temporary         // try again later; counts as an attempt
	server            // nothing to do with this mail: server, way or login
)

// outcome is the result of one try.
type outcome struct {
	verdict verdict
	reply   string // the server's words, for staff
	drop    bool   // the connection is not usable any more
	fresh   bool   // worth one more try at once on a new connection
}

// judge reads the result of conn.send. used says that the connection had carried
// a mail before: then a fault before DATA is most likely the server's idle limit.
func judge(reply string, at step, err error, used bool) outcome {
	if err == nil {
		return outcome{verdict: accepted, reply: reply}
	}
	o := outcome{verdict: temporary, reply: fmt.Sprintf("%s: %v", at, err)}
	code := replyCode(err)
	switch {
	case code == 0: // cut, stalled or nonsense
		o.drop = true
		o.fresh = used && at == stepMail
		if at == stepDone {
			o.reply = "no reply after the whole text was sent; it may have arrived: " + err.Error()
		}
	case code == 421: // RFC 5321 section 3.8
		o.verdict, o.drop = server, true
		o.fresh = used && at == stepMail
	case code == 454 || code == 530 || code == 534 || code == 535 || code == 538: // RFC 4954 section 6, RFC 3207
		o.verdict, o.drop = server, true
	case code == 503: // the two sides disagree on where they stand
		o.drop = true
	case code >= 500 && at == stepMail && code != 552:
		// QUIRK: refusal of our return path says nothing about the customer;
		// it is cured by configuration, so the mail waits.
	case code >= 500:
		o.verdict = permanent
	}
	return o
}
