DELETE FROM inboxes WHERE kind <> 'web_chat';
DROP TABLE mails;
DROP FUNCTION discard_mail();
DROP TABLE mailboxes;
DROP INDEX deliveries_by_reply;
DELETE FROM deliveries WHERE kind NOT IN ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test');
ALTER TABLE deliveries DROP COLUMN began_at;
ALTER TABLE deliveries DROP COLUMN reply_id;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_kind_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_kind_check CHECK (kind IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test'));
ALTER TABLE inboxes DROP CONSTRAINT inboxes_kind_check;
ALTER TABLE inboxes ADD CONSTRAINT inboxes_kind_check CHECK (kind IN ('web_chat'));
