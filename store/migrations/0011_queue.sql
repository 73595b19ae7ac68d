-- The queue is read along what is due, in the order in which it is shown. The new index
-- begins as the old one did.

CREATE INDEX obligations_next ON obligations (deadline, complaint_id) WHERE state = 'open';
DROP INDEX obligations_due;
