-- What is to be swept.
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;
