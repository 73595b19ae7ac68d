-- Who had a hand in the formal response, and in the decision of a review: lists of names.

ALTER TABLE records ADD COLUMN responders STR NOT NULL DEFAULT '[]';
ALTER TABLE records ADD COLUMN reviewers STR NOT NULL DEFAULT '[]';

UPDATE records SET reviewers = '["' || REPLACE(reviewer, '"', '\"') || '"]' WHERE reviewer <> '';

UPDATE records SET responders = '["' || REPLACE(responded_by, '"', '\"') || '"' || COALESCE((SELECT ',"' || REPLACE(MAX(e.actor), '"', '\"') || '"'
  FROM events e JOIN event_payloads p ON p.subject = e.subject AND p.seq = e.seq
  WHERE e.subject = records.complaint_id AND e.kind = 'answer approved and queued' AND p.payload LIKE '%"template":"formal_response"%'), '') || ']'
WHERE responded_by <> '';
