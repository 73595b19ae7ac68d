package templates

import (
	"time"

	"ask4.com/skarga/complaint"
)

// The samples are complete messages of each kind, in both languages: Load tries every
// template with them, previews and tests show them.

// Sample gives a complete message of the kind, in both languages; the caller may set
// another.
func (k Kind) Sample() Data { return copyOf(k.sample) }

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 23, 59, 59, 0, time.UTC)
}

var (
	sampleHeader = Header{
		Firm: "ASK4", ContactName: "Complaints team", ContactNamePL: "Zespół obsługi skarg",
		ContactAddress: "complaints@ask4.example", FormURL: "https://ask4.example/complaints",
		PostAddress: "ASK4, Complaints, 1 Sample Street, Sheffield S1 1AA", CustomerName: "Emily Carter",
	}
	sampleCase = Case{
		Header: sampleHeader, Reference: "ASK4-26-K7Q2M-4", Subject: "No internet in room 12",
		ReceivedAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	}
	sampleICO = Body{
		Name: "Information Commission (ICO)", Web: "ico.org.uk/make-a-complaint", Phone: "0303 123 1113",
		Post: "Wycliffe House, Water Lane, Wilmslow SK9 5AF",
	}
	sampleOmbudsman = Ombudsman{Months: 12, Body: Body{
		Name: "Communications Ombudsman", Web: "www.commsombudsman.org", Phone: "0330 440 1614",
		Post: "PO Box 730, Warrington WA4 6WU",
	}}
)

var (
	sampleAcknowledgement = &Acknowledgement{
		Case: sampleCase, UpdateBy: day(11, 26), RespondBy: day(12, 7), PersonalData: true, ICO: sampleICO,
		SplitFrom: "ASK4-26-7PCWY-H",
	}
	sampleTooLarge = &TooLarge{Case: sampleCase, LimitMB: 50}
	sampleUpdate   = &Update{
		Case: sampleCase, RespondBy: day(12, 7), NextUpdateBy: day(12, 3),
		Understanding: Prose{
			"en": "The internet in your room stopped on 20 November. You called us twice, and it came back for one evening only.",
			"pl": "Internet w Państwa pokoju przestał działać 20 listopada. Dzwonili do nas Państwo dwa razy. Sieć wróciła tylko na jeden wieczór.",
		},
		Sought: Prose{
			"en": "You would like a lasting repair and a refund for the days without service.",
			"pl": "Chcą Państwo trwałej naprawy oraz zwrotu opłat za dni bez internetu.",
		},
		Done: Prose{
			"en": "- We tested the line to your building. It works well.\n- We listened to both of your calls.",
			"pl": "- Sprawdziliśmy łącze do budynku. Działa dobrze.\n- Odsłuchaliśmy obie rozmowy.",
		},
		StillOpen: Prose{
			"en": "An engineer will look at the socket in your room. We then work out the refund.",
			"pl": "Technik sprawdzi gniazdko w pokoju. Potem obliczymy zwrot.",
		},
		Needed: Prose{
			"en": "Please tell us which day suits you for the visit.",
			"pl": "Prosimy napisać, w jakim dniu technik może przyjść.",
		},
	}
	sampleRequestInformation = &RequestInformation{
		Case: sampleCase, RespondBy: day(12, 7), AnswerBy: day(11, 30),
		Questions: Prose{
			"en": "- On which days did the internet stop?\n- Which number did you call us from?",
			"pl": "- W które dni internet nie działał?\n- Z jakiego numeru Państwo do nas dzwonili?",
		},
		Why: Prose{
			"en": "With this we can find your calls and see what our staff told you.",
			"pl": "Dzięki temu znajdziemy Państwa rozmowy i sprawdzimy, co powiedzieli nasi pracownicy.",
		},
	}
	sampleExtension = &Extension{
		Case: sampleCase, Promise: Promise(complaint.Respond), ToldBy: day(12, 7), NewDate: day(12, 11),
		Reason: Prose{
			"en": "The part that we need comes on 9 December.",
			"pl": "Potrzebna część przyjdzie do nas 9 grudnia.",
		},
		Done: Prose{
			"en": "We have found the broken part and ordered a new one.",
			"pl": "Wiemy już, która część się zepsuła. Nowa jest zamówiona.",
		},
	}
	sampleFormalResponse = &FormalResponse{
		Case: sampleCase, Decision: PartlyUpheld, ReviewDays: 7, ClosesOn: day(12, 31), Ombudsman: sampleOmbudsman,
		OmbudsmanFrom: time.Date(2027, 1, 4, 23, 59, 59, 0, time.UTC), PersonalData: true, ICO: sampleICO,
		Points: Prose{
			"en": "- No internet from 20 to 27 November: you are right. The line to your room was broken.\n- Two calls without help: you are right. We did not pass your calls on to an engineer.\n- The price of your plan: it has not changed since you moved in.",
			"pl": "- Brak internetu od 20 do 27 listopada: mają Państwo rację. Łącze do pokoju było zepsute.\n- Dwie rozmowy bez pomocy: mają Państwo rację. Nie przekazaliśmy sprawy technikowi.\n- Cena pakietu: nie zmieniła się, odkąd Państwo tu mieszkają.",
		},
		Reasons: Prose{
			"en": "Our tests show that the line was down for seven days. The recordings show that we did not send an engineer when you asked. Your bills show the same price each month.",
			"pl": "Nasze testy pokazują, że łącze nie działało przez siedem dni. Z nagrań wiemy, że nie wysłaliśmy technika, choć Państwo o to prosili. Na rachunkach jest co miesiąc ta sama kwota.",
		},
		RootCause: Prose{
			"en": "A cable in the wall was damaged when the room was painted.",
			"pl": "Kabel w ścianie został przerwany podczas malowania pokoju.",
		},
		Done: Prose{
			"en": "We tested the line, listened to both calls and replaced the cable on 27 November.",
			"pl": "Sprawdziliśmy łącze i odsłuchaliśmy obie rozmowy. Kabel wymieniliśmy 27 listopada.",
		},
		Remedy: Prose{
			"en": "We pay back £14 for the seven days. We also add £10 for the time that the calls took you.",
			"pl": "Zwracamy 14 funtów za siedem dni. Dodajemy 10 funtów za czas, który zajęły Państwu rozmowy.",
		},
		StillToDo: Prose{
			"en": "Our accounts team sends the £24 to your bank by 11 December.",
			"pl": "Dział płatności przeleje 24 funty na Państwa konto do 11 grudnia.",
		},
	}
	sampleEscalationReceived = &EscalationReceived{
		Case: sampleCase, AskedAt: time.Date(2026, 12, 9, 10, 0, 0, 0, time.UTC), ReviewBy: day(12, 18),
		Asked: Prose{
			"en": "You think that the refund should cover the calls as well.",
			"pl": "Uważają Państwo, że zwrot powinien objąć także koszt rozmów.",
		},
	}
	sampleReviewDecision = &ReviewDecision{
		Case: sampleCase, AskedAt: time.Date(2026, 12, 9, 10, 0, 0, 0, time.UTC), Result: ReviewPartly,
		ClosesOn: time.Date(2027, 1, 15, 23, 59, 59, 0, time.UTC), Ombudsman: sampleOmbudsman,
		OmbudsmanFrom: time.Date(2027, 1, 4, 23, 59, 59, 0, time.UTC),
		Points: Prose{
			"en": "- The cost of your calls: you are right. We pay it.\n- A new router: the tests show that yours works well.",
			"pl": "- Koszt rozmów: mają Państwo rację. Zwrócimy go.\n- Nowy router: testy pokazują, że obecny działa dobrze.",
		},
		Reasons: Prose{
			"en": "You called us because of our fault. So the cost is ours.",
			"pl": "Dzwonili Państwo z powodu naszej usterki. Dlatego koszt jest po naszej stronie.",
		},
		Remedy: Prose{
			"en": "We pay back £3 for the two calls, on top of the £24.",
			"pl": "Oprócz 24 funtów zwracamy 3 funty za dwie rozmowy.",
		},
		StillToDo: Prose{
			"en": "Our accounts team sends the £3 by 23 December.",
			"pl": "Dział płatności przeleje 3 funty do 23 grudnia.",
		},
	}
	sampleReferral = Referral{
		Ombudsman: sampleOmbudsman, ReferBy: time.Date(2027, 12, 21, 23, 59, 59, 0, time.UTC),
		Outcome: Prose{
			"en": "We found that the line to your room was broken for seven days. We have repaired it. We offer £27 in all. You would like £200, and we cannot agree to that.",
			"pl": "Łącze do Państwa pokoju nie działało przez siedem dni. Zostało naprawione. Proponujemy razem 27 funtów. Chcą Państwo 200 funtów, a na to nie możemy się zgodzić.",
		},
	}
	sampleDeadlockLetter              = &DeadlockLetter{Case: sampleCase, Referral: sampleReferral}
	sampleSixWeekLetter               = &SixWeekLetter{Case: sampleCase, Referral: sampleReferral, NextBy: time.Date(2027, 1, 8, 23, 59, 59, 0, time.UTC)}
	sampleOmbudsmanDecisionCarriedOut = &OmbudsmanDecisionCarriedOut{
		Case: sampleCase, Ombudsman: sampleOmbudsman.Body, OmbudsmanReference: "EC123456",
		DecidedOn: time.Date(2027, 2, 8, 12, 0, 0, 0, time.UTC), DoneOn: time.Date(2027, 2, 19, 12, 0, 0, 0, time.UTC), ClosesOn: time.Date(2027, 3, 19, 12, 0, 0, 0, time.UTC),
		Decision: Prose{
			"en": "We are to say sorry and pay you £60.",
			"pl": "Mamy Państwa przeprosić i zapłacić 60 funtów.",
		},
		Done: Prose{
			"en": "- 15 February 2027: we wrote to you to say sorry.\n- 19 February 2027: we sent £60 to your bank.",
			"pl": "- 15 lutego 2027 r.: wysłaliśmy list z przeprosinami.\n- 19 lutego 2027 r.: przelaliśmy 60 funtów na Państwa konto.",
		},
	}
	sampleConductWarning = &ConductWarning{
		Case: sampleCase, NextBy: day(12, 7),
		Incident: Prose{
			"en": "In your email of 24 November you wrote that you would hit the engineer.",
			"pl": "W e-mailu z 24 listopada napisali Państwo, że uderzą Państwo technika.",
		},
		Request: Prose{
			"en": "Please write and speak to our staff without threats.",
			"pl": "Prosimy pisać i rozmawiać z naszymi pracownikami bez gróźb.",
		},
		Consequence: Prose{
			"en": "If it happens again, we may answer you by letter only.",
			"pl": "Jeśli to się powtórzy, możemy odpowiadać Państwu tylko listownie.",
		},
	}
	samplePhoneRefusal  = &PhoneRefusal{Header: sampleHeader, CalledAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), AckHours: 24}
	sampleNotAComplaint = &NotAComplaint{
		Case: sampleCase, ClosesOn: day(12, 21),
		Reason: Prose{
			"en": "The heating in your room is not part of our service. The people who run the building look after it.",
			"pl": "Ogrzewanie w pokoju nie należy do naszych usług. Dba o nie zarządca budynku.",
		},
		WhereTo: Prose{
			"en": "Please ask at the front desk of your building.",
			"pl": "Prosimy zapytać w recepcji budynku.",
		},
	}
	sampleStatusLink = &StatusLink{
		Case: sampleCase, LinkURL: "https://ask4.example/en/status/open/4f7d2c", ValidUntil: time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC),
	}
	sampleSurvey = &Survey{
		Header: sampleHeader, Reference: sampleCase.Reference, ClosedAt: day(12, 31),
		SurveyURL: "https://ask4.example/survey/4f7d2c", OptOutURL: "https://ask4.example/survey/stop/4f7d2c",
		AnswerBy: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC),
	}
	sampleClosure = &Closure{
		Case: sampleCase, ClosedOn: day(12, 31), Because: ClosedQuiet, ReopenDays: 30, Ombudsman: sampleOmbudsman.Body,
		Outcome: Prose{
			"en": "The line works again, and we paid back £24.",
			"pl": "Łącze znów działa, a 24 funty zostały zwrócone.",
		},
	}
	sampleDutyAlert = &DutyAlert{
		Header: sampleHeader, Reference: sampleCase.Reference, ReceivedAt: sampleCase.ReceivedAt,
		HoldReason: "the sender may be a machine", ArrivalID: "a1",
		AckBy: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), Waiting: time.Hour,
	}
	sampleDataProtectionAlert = &DataProtectionAlert{Header: sampleHeader, Reference: sampleCase.Reference, ReceivedAt: sampleCase.ReceivedAt}
	samplePostWarning         = &PostWarning{
		Header: sampleHeader, Day: day(11, 27), TakenAt: time.Date(2026, 11, 27, 15, 0, 0, 0, time.UTC), NextAt: time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC),
		ToWrite: []Item{{Reference: "ASK4-26-QX7RT-H", DueAt: time.Date(2026, 11, 28, 8, 45, 0, 0, time.UTC)}},
		ToPrint: []Item{{Reference: sampleCase.Reference, DueAt: time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC)}},
		ToPost:  []Item{{Reference: "ASK4-26-M3N4P-K", DueAt: time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)}},
	}
	sampleReminder = &Reminder{
		Header: sampleHeader, Owner: "Anna Kowalska", Reference: sampleCase.Reference,
		Promise: Promise(complaint.Update), DueAt: day(11, 26),
	}
	sampleDigest = &Digest{
		Header: sampleHeader, Day: day(11, 26),
		Overdue: []Item{{Reference: "ASK4-26-QX7RT-H", Promise: Promise(complaint.Respond), DueAt: day(11, 25), Owner: "Anna Kowalska"}},
		Today:   []Item{{Reference: sampleCase.Reference, Promise: Promise(complaint.Update), DueAt: day(11, 26), Owner: "Anna Kowalska"}},
		Soon:    []Item{{Reference: "ASK4-26-M3N4P-K", Promise: Promise(complaint.Update), DueAt: day(11, 27), Note: "letter"}},
		Waiting: []Item{{Reference: "ASK4-26-T9C2D-7", Owner: "Jan Nowak", Note: "a message of 24 November"}},
	}
)
