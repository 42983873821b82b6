-- The index keeps the words of what is deleted until its parts are merged. This begins it
-- for what was deleted so far; the sweeps go on with it.
INSERT INTO message_search (message_search, rank) VALUES ('merge', -1);
INSERT INTO subject_search (subject_search, rank) VALUES ('merge', -1);
INSERT INTO contact_search (contact_search, rank) VALUES ('merge', -1);
