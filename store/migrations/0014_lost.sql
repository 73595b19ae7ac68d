-- Mail that did not arrive, for the promises that are still to be kept by letter.

CREATE INDEX deliveries_lost ON deliveries (complaint_id) WHERE status IN ('failed', 'bounced');
