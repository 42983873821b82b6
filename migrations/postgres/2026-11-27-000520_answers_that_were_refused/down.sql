DELETE FROM deliveries WHERE kind = 'reply_refused';
ALTER TABLE deliveries DROP COLUMN refused_body;
ALTER TABLE deliveries DROP COLUMN refusal;
