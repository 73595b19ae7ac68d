package main

// workCmds are what people do with a complaint; each goes through casework.
type workCmds struct {
	peopleCmds `embed:""`
	Evidence   evidenceCmd  `cmd:"" help:"Show the details of a complaint; confirm, correct, add or drop one (P9)."`
	Set        setCmd       `cmd:"" help:"Set fields of a complaint's record."`
	Assign     assignCmd    `cmd:"" help:"Give a complaint to a person."`
	Stage      stageCmd     `cmd:"" help:"Take a complaint to another stage; reopen it."`
	Act        actCmd       `cmd:"" help:"Log what was done to help."`
	Reply      replyCmd     `cmd:"" help:"Write to the customer: shown and kept as a draft, queued with --send."`
	Approve    approveCmd   `cmd:"" help:"Let another person's answer go, or give it back."`
	Answered   answeredCmd  `cmd:"" help:"Say that a customer's message needs no answer."`
	Ombudsman  ombudsmanCmd `cmd:"" help:"Deadlock, referral, decision and its tasks."`
	Bundle     bundleCmd    `cmd:"" help:"Make the ombudsman's case bundle: one PDF with an index, and the evidence beside it."`
	Record     recordCmd    `cmd:"" help:"Take in a message that did not come through the mailbox, e.g. an answer from your own mail program."`
	Merge      mergeCmd     `cmd:"" help:"Merge a complaint into an earlier one: one matter."`
	Split      splitCmd     `cmd:"" help:"Make a second complaint out of one message: two matters."`
	Link       linkCmd      `cmd:"" help:"Link complaints that have one matter, e.g. an outage."`
	Subject    subjectCmds  `cmd:"" help:"Hand out or erase what is kept about one person."`
	Survey     surveyCmd    `cmd:"" help:"Ask people how satisfied they are; what they said, and what is to be learned."`
}
