DROP TABLE notifications;
DROP TABLE conversation_reads;
DROP TABLE activities;
DROP TABLE messages;
DROP TABLE conversations;
DROP TABLE visitors;
DROP TABLE contacts;
DROP TABLE inboxes;
