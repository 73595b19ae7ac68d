package templates

import (
	"time"

	"ask4.com/skarga/complaint"
)

// The types below are what the kinds of message may say; a kind's name is its type's
// name in snake case, and templates name the fields. The tags tell the rest:
//
//	help  what the field holds, in words for staff and for authors of templates
//	need  the rule that makes the message say it; without it the field may be empty
//	when  the yes-or-no field that must be set for the need to hold
//	by    "staff" for what a person writes for this message; Skarga fills the others
//	none  "ok" where a person may answer "none"

// Data is one of the types below, as a pointer: it decides which template is used.
type Data interface{ Head() *Header }

// Head gives the header, to read and to fill.
func (h *Header) Head() *Header { return h }

// Header is what every message may say.
type Header struct {
	Language       complaint.Language `help:"the reader's language; Both gives English and Polish, one under the other"`
	Firm           string             `need:"P3" help:"the firm's name, as customers know it"`
	ContactName    string             `need:"P3" help:"who signs, e.g. \"Complaints team\""`
	ContactNamePL  string             `help:"who signs, in Polish; empty: as in English"`
	ContactAddress string             `need:"P11" help:"e-mail address that complaints are answered from"`
	FormURL        string             `help:"address of the online form"`
	PostAddress    string             `help:"postal address, one line"`
	CustomerName   string             `help:"the customer's name, only where a person wrote the message and saw it, or somebody confirmed it; empty: not named"`
	Letter         bool               `help:"whether this is printed and posted, so that nobody can reply to it by email"`
	Location       *time.Location     `help:"zone of all dates; none means UTC"`
}

// Case is the header of a message about one complaint. Of the customer's own words it
// holds the cleaned subject and nothing else (DOMAIN, Texts).
type Case struct {
	Header
	Reference  complaint.Reference `need:"P3" help:"the complaint's reference"`
	ReceivedAt time.Time           `need:"DOMAIN, Texts" help:"when the complaint reached the firm"`
	Subject    Subject             `help:"the customer's subject, cleaned"`
}

// Body is an office that a customer may turn to, with the contacts that hold on the
// day of the message (DOMAIN, Bodies).
type Body struct {
	Name   string `need:"DOMAIN, Bodies" help:"its name in full, with the letters that it is known by"`
	NamePL string `help:"its name in Polish; empty: the same"`
	Web    string `need:"DOMAIN, Bodies" help:"its web address, without https://"`
	Phone  string `help:"its phone number, as printed"`
	Post   string `help:"postal address, one line"`
}

// Ombudsman is the scheme of last resort (P16).
type Ombudsman struct {
	Body
	Months int `need:"P16" help:"how many months the customer has to go there, counted from our letter"`
}

// Acknowledgement is the first reply (P12).
type Acknowledgement struct {
	Case
	UpdateBy     time.Time `need:"P13" help:"by when we write about progress"`
	RespondBy    time.Time `need:"P14" help:"by when we send the full answer"`
	PersonalData bool      `help:"whether it may be about the customer's personal data (P10)"`
	ICO          Body      `need:"P10" when:"PersonalData" help:"the office for personal data"`
	// SplitFrom is empty but where one message holds two matters.
	SplitFrom complaint.Reference `help:"reference of the complaint that this one was split from"`
}

// TooLarge asks for a message over the limit to be sent another way.
type TooLarge struct {
	Case
	LimitMB int `help:"the largest message taken, in MB"`
}

// Update tells how far the investigation is (P13).
type Update struct {
	Case
	Understanding Prose     `by:"staff" need:"DOMAIN, Texts" help:"what went wrong, as we understand it"`
	Sought        Prose     `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what the customer would like us to do; none: nothing in particular"`
	Done          Prose     `by:"staff" need:"DOMAIN, Texts" help:"what we have done so far"`
	StillOpen     Prose     `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what we still have to do or find out; none: only the answer"`
	Needed        Prose     `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what we need from the customer; none: nothing"`
	RespondBy     time.Time `need:"P14" help:"by when we send the full answer"`
	NextUpdateBy  time.Time `help:"by when we write again if the answer is not ready (P13)"`
}

// RequestInformation asks the customer for what is missing (P9).
type RequestInformation struct {
	Case
	Questions Prose     `by:"staff" need:"P9" help:"what we would like to know or see, best as a list"`
	Why       Prose     `by:"staff" need:"P3" help:"why it helps"`
	AnswerBy  time.Time `by:"staff" help:"by when an answer would help most"`
	RespondBy time.Time `need:"P14" help:"by when we send the full answer, whatever we hear"`
}

// FormalResponse is the full answer (P14).
type FormalResponse struct {
	Case
	Points        Prose     `by:"staff" need:"DOMAIN, Texts" help:"every point of the complaint, and our answer to each"`
	Decision      Verdict   `by:"staff" need:"DOMAIN, Texts" help:"our decision"`
	Reasons       Prose     `by:"staff" need:"DOMAIN, Texts" help:"why we decided so"`
	RootCause     Prose     `by:"staff" need:"P2" help:"what caused the problem"`
	Done          Prose     `by:"staff" help:"what we did to look into it (P5)"`
	Remedy        Prose     `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what we do to put it right; none: nothing"`
	StillToDo     Prose     `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what is still to be done, by whom and when; none: nothing"`
	ReviewDays    int       `need:"P15" help:"working days in which a review is answered"`
	ClosesOn      time.Time `need:"P15" help:"when we close the complaint if we hear nothing"`
	Ombudsman     Ombudsman `need:"P16" help:"the ombudsman"`
	OmbudsmanFrom time.Time `need:"P16" help:"the day from which the customer may go to the ombudsman if the complaint is still open"`
	PersonalData  bool      `help:"whether staff confirmed that it is about the customer's personal data (P10)"`
	ICO           Body      `need:"P10" when:"PersonalData" help:"the office for personal data"`
}

// Extension tells that we need more time, and why.
type Extension struct {
	Case
	Promise Promise   `need:"P3" help:"which promise is late"`
	ToldBy  time.Time `need:"P3" help:"the date that the customer was told before"`
	NewDate time.Time `by:"staff" need:"P3" help:"the new date"`
	Reason  Prose     `by:"staff" need:"P3" help:"why we need more time"`
	Done    Prose     `by:"staff" need:"P3" help:"what we have done so far"`
}

// EscalationReceived confirms that the customer asked for a second look (P15).
type EscalationReceived struct {
	Case
	AskedAt  time.Time `need:"P15" help:"when the request reached us"`
	ReviewBy time.Time `need:"P15" help:"by when the review is answered"`
	Asked    Prose     `by:"staff" help:"what the customer is not satisfied with, in a few words of ours"`
}

// ReviewDecision is the answer to an escalation or appeal (P15).
type ReviewDecision struct {
	Case
	AskedAt       time.Time    `need:"P15" help:"when the request reached us"`
	Result        ReviewResult `by:"staff" need:"P15" help:"what became of the first decision"`
	Points        Prose        `by:"staff" need:"DOMAIN, Texts" help:"every point of the request, and our answer to each"`
	Reasons       Prose        `by:"staff" need:"DOMAIN, Texts" help:"why we decided so"`
	Remedy        Prose        `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what we do to put it right; none: nothing beyond what we offered"`
	StillToDo     Prose        `by:"staff" need:"DOMAIN, Texts" none:"ok" help:"what is still to be done, by whom and when; none: nothing"`
	ClosesOn      time.Time    `need:"P15" help:"when we close the complaint if we hear nothing"`
	Ombudsman     Ombudsman    `need:"P16" help:"the ombudsman"`
	OmbudsmanFrom time.Time    `need:"P16" help:"the day from which the customer may go to the ombudsman if the complaint is still open"`
}

// Referral is what both letters about the ombudsman must say (DOMAIN, Bodies).
type Referral struct {
	Outcome   Prose     `by:"staff" need:"DOMAIN, Bodies" help:"the outcome: what we found and what we offer"`
	Ombudsman Ombudsman `need:"P16" help:"the ombudsman"`
	ReferBy   time.Time `need:"DOMAIN, Bodies" help:"last day on which the customer may go there"`
}

// DeadlockLetter says that we cannot agree, and that the customer may go to the
// ombudsman now (P16).
type DeadlockLetter struct {
	Case
	Referral
}

// SixWeekLetter says that the complaint is still open after the weeks that the rules
// allow, and that the customer may go to the ombudsman now (P16).
type SixWeekLetter struct {
	Case
	Referral
	NextBy time.Time `need:"P3" help:"by when the customer hears from us about the complaint itself"`
}

// OmbudsmanDecisionCarriedOut tells that we did what the ombudsman decided (P16).
type OmbudsmanDecisionCarriedOut struct {
	Case
	Ombudsman          Body      `need:"P16" help:"the ombudsman"`
	OmbudsmanReference string    `help:"the ombudsman's own number of the case"`
	DecidedOn          time.Time `need:"P16" help:"day of the ombudsman's decision"`
	Decision           Prose     `by:"staff" need:"P16" help:"what the ombudsman decided"`
	Done               Prose     `by:"staff" need:"P16" help:"each thing that we did, and when"`
	DoneOn             time.Time `need:"P16" help:"day on which the last of it was done"`
	ClosesOn           time.Time `need:"P3" help:"when we close the complaint if we hear nothing"`
}

// ConductWarning asks a customer to keep to civil words (P6). The complaint goes on.
type ConductWarning struct {
	Case
	Incident    Prose     `by:"staff" need:"P6" help:"what was said or done, and when: facts, no judgement"`
	Request     Prose     `by:"staff" need:"P6" help:"what we ask the customer to do from now on"`
	Consequence Prose     `by:"staff" need:"P6" help:"what we may do if it happens again"`
	NextBy      time.Time `need:"P3" help:"by when the customer hears from us about the complaint itself"`
}

// PhoneRefusal tells that complaints are not taken by phone, and how they are (P11).
type PhoneRefusal struct {
	Header
	CalledAt time.Time `help:"when the call or voicemail came in"`
	AckHours int       `need:"P12" help:"hours in which a written complaint is confirmed"`
}

// NotAComplaint tells that the matter is not one that we can take as a complaint.
type NotAComplaint struct {
	Case
	Reason   Prose     `by:"staff" need:"P3" help:"why it is not a complaint for us"`
	WhereTo  Prose     `by:"staff" need:"P5" none:"ok" help:"who can help instead, and how to reach them; none: nobody we know of"`
	ClosesOn time.Time `need:"P3" help:"when we leave it at that if we hear nothing"`
}

// Survey asks how satisfied a person is (P7), after a complaint was closed or after
// a contact with support.
type Survey struct {
	Header
	Reference complaint.Reference `help:"the complaint's reference; empty: the survey is about a contact with support"`
	ClosedAt  time.Time           `help:"when the complaint was closed"`
	ContactAt time.Time           `help:"day of the contact with support"`
	SurveyURL string              `need:"P7" help:"signed link to the questions"`
	OptOutURL string              `need:"DOMAIN, Surveys" help:"signed link that ends all surveys"`
	AnswerBy  time.Time           `help:"until when answers count"`
}

// StatusLink brings the one-time link to the page of a complaint, which somebody
// asked for who knew its reference and this address.
type StatusLink struct {
	Case
	LinkURL    string    `need:"DOMAIN, Form" help:"the link; it opens the page once"`
	ValidUntil time.Time `need:"DOMAIN, Form" help:"until when the link opens the page"`
}

// Closure tells that the complaint is closed (P15).
type Closure struct {
	Case
	ClosedOn   time.Time     `need:"P15" help:"the day on which it was closed"`
	Because    ClosedBecause `need:"P15" help:"why it was closed"`
	Outcome    Prose         `by:"staff" help:"the outcome in a sentence or two"`
	ReopenDays int           `need:"P15" help:"days in which a reply takes the same complaint up again"`
	Ombudsman  Body          `need:"P16" help:"the ombudsman"`
}

// DutyAlert tells the duty address that an item waits for a person.
type DutyAlert struct {
	Header
	Reference  complaint.Reference `help:"of the complaint, if there is one"`
	ReceivedAt time.Time           `need:"P12" help:"when the item reached the firm"`
	HoldReason string              `help:"why the item waits, without the customer's words"`
	ArrivalID  string              `help:"the waiting item"`
	AckBy      time.Time           `help:"when its acknowledgement is due"`
	Waiting    time.Duration       `help:"time since it arrived"`
}

// DataProtectionAlert tells data protection of a complaint that may be about every
// manager, so that nobody else may decide about it (P8).
type DataProtectionAlert struct {
	Header
	Reference  complaint.Reference `need:"P8" help:"the complaint's reference"`
	ReceivedAt time.Time           `need:"P8" help:"when it reached the firm"`
}

// Reminder tells one member of staff of a promise that is soon due or was missed.
type Reminder struct {
	Header
	Owner     string              `help:"the person who has the complaint"`
	Reference complaint.Reference `need:"P1" help:"the complaint's reference"`
	Promise   Promise             `need:"P1" help:"which promise"`
	DueAt     time.Time           `need:"P1" help:"when it is due"`
	Overdue   bool                `help:"whether the time has passed"`
}

// Digest is the one mail of the morning: what is late and what is next.
type Digest struct {
	Header
	Day     time.Time `need:"P1" help:"the day of the digest"`
	Overdue []Item    `help:"promises whose time has passed"`
	Today   []Item    `help:"promises due today"`
	Soon    []Item    `help:"promises due on the next working days"`
	Waiting []Item    `help:"complaints with a message that nobody has answered, and held mail"`
}

// PostWarning tells the duty address before a weekend or a holiday which letters fall
// due in it (DOMAIN, Post).
type PostWarning struct {
	Header
	Day     time.Time `help:"when it is told"`
	TakenAt time.Time `help:"when today's post is taken; none when it was, or when there is none"`
	NextAt  time.Time `need:"P12" help:"when the post is taken after today"`
	ToWrite []Item    `help:"letters that are not written yet, or held at the desk"`
	ToPrint []Item    `help:"letters that are not printed"`
	ToPost  []Item    `help:"letters that are printed and not posted"`
}

// Item is one line of a digest.
type Item struct {
	Reference complaint.Reference `help:"the complaint's reference"`
	Promise   Promise             `help:"which promise; empty in what only waits"`
	DueAt     time.Time           `help:"when it is due; none in what only waits"`
	Owner     string              `help:"the person who has the complaint; empty: nobody"`
	Note      string              `help:"a few words, without the customer's own"`
}
