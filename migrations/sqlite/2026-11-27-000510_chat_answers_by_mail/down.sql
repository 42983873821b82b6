DROP TABLE mail_stops;
DROP INDEX deliveries_of_chats_by_recipient;
DROP INDEX deliveries_waiting_for_visitor;
DROP INDEX deliveries_by_conversation;
DELETE FROM deliveries WHERE kind = 'chat_answers';
ALTER TABLE deliveries DROP COLUMN first_reply_id;
ALTER TABLE deliveries DROP COLUMN conversation_id;
ALTER TABLE contacts DROP COLUMN proved_email;
ALTER TABLE conversations DROP COLUMN visitor_read_id;
