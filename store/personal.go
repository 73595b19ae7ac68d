package store

// personal is one place in the schema where content of people is kept, and what
// erasure does with it. Everything that erasure and retention do to rows stands in
// this table; a test walks the schema, so that a new column of text or bytes is either
// here or among those that stay (personal_test.go).
type personal struct {
	table string
	key   string // column that says whose it is
	of    whose  // which IDs the key holds
	// What happens to its rows: they go, or lose the content of columns.
	remove bool
	empty  string // columns of text that become empty
	list   string // columns that hold a JSON list, which becomes empty
	marked string // columns that become "erased" if they held something, so that reports still count them
	bytes  string // columns of raw bytes that become empty
	zero   string // columns of numbers that become 0
	set    map[string]string
}

// whose says which part of a scope rows belong to.
type whose int

// The parts.
const (
	ofComplaints whose = iota
	ofArrivals
	ofDeliveries
	ofSurveys
	ofDrafts
	ofFiles    // files of scanners all of whose letters are erased
	ofSubjects // histories of all of these
	ofTexts    // what all of these are found by
)

// personalContent lists all of them; what others refer to comes last.
var personalContent = []personal{
	{table: "event_payloads", key: "subject", of: ofSubjects, remove: true},
	{table: "search_texts", key: "id", of: ofTexts, empty: "words"},
	{table: "details", key: "complaint_id", of: ofComplaints, remove: true},
	{table: "details", key: "arrival_id", of: ofArrivals, remove: true},
	{table: "evidence", key: "complaint_id", of: ofComplaints, remove: true},
	{table: "parties", key: "complaint_id", of: ofComplaints, remove: true},
	{table: "message_ids", key: "complaint_id", of: ofComplaints, remove: true},
	{table: "answer_drafts", key: "complaint_id", of: ofComplaints, remove: true},
	{table: "one_time_links", key: "subject", of: ofComplaints, remove: true},
	{table: "sessions", key: "subject", of: ofComplaints, remove: true},
	{table: "deeds", key: "complaint_id", of: ofComplaints, empty: "what"},
	{table: "tasks", key: "complaint_id", of: ofComplaints, empty: "what, note"},
	{table: "obligations", key: "complaint_id", of: ofComplaints, list: "steps"}, // the reason for another date may stand there
	{table: "customer_replies", key: "arrival_id", of: ofArrivals, empty: "words, settled_reason"},
	{table: "links", key: "complaint_id", of: ofComplaints, empty: "reason"},
	{table: "links", key: "arrival_id", of: ofArrivals, empty: "reason"},
	{table: "decisions", key: "arrival_id", of: ofArrivals, empty: "reason", bytes: "before_state"},
	{table: "identities", key: "arrival_id", of: ofArrivals, set: map[string]string{"message_id": "'erased ' || arrival_id"}},
	{table: "arrival_bytes", key: "arrival_id", of: ofArrivals, remove: true},
	{table: "scan_pages", key: "arrival_id", of: ofArrivals, empty: "hash, content"},
	{table: "scan_letters", key: "arrival_id", of: ofArrivals, empty: "typed, handed_back"},
	{table: "scan_files", key: "id", of: ofFiles, empty: "file_blob, name, source, problem"},
	{table: "arrivals", key: "id", of: ofArrivals, empty: "hold_reason, park_reason, message_id, content_hash, sender, subject, blob",
		list: "reasons, damaged", zero: "held, parked"},
	{table: "delivery_bytes", key: "delivery_id", of: ofDeliveries, remove: true},
	{table: "deliveries", key: "id", of: ofDeliveries, empty: "recipient, recipient_fold, postal, print_run, last_error",
		set: map[string]string{"status": "CASE WHEN status = 'queued' THEN 'withdrawn' ELSE status END"}}, // it does not leave any more
	{table: "survey_answers", key: "survey_id", of: ofSurveys, empty: "comment"},
	{table: "surveys", key: "id", of: ofSurveys, empty: "address, address_fold, why", marked: "lesson"},
	{table: "form_uploads", key: "draft_id", of: ofDrafts, remove: true},
	{table: "form_drafts", key: "id", of: ofDrafts, remove: true},
	{table: "records", key: "complaint_id", of: ofComplaints, marked: "root_cause, redress_kind, lesson", zero: "vulnerable",
		empty: "account, building, room, remedy, representative, authority, personal_reason, conduct_reason, ombudsman_reference, ombudsman_result"},
	{table: "complaints", key: "id", of: ofComplaints, empty: "subject, summary, customer_name, customer_address, postal_address, postal_returned, needs",
		zero: "postal_confirmed", set: map[string]string{"search": "lower(reference)"}},
}
