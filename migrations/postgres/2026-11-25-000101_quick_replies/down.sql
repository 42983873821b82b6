DROP TABLE quick_reply_inboxes;
DROP TABLE quick_replies;
