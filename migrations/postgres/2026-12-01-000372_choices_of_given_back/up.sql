-- Whoever chose how they are told that a conversation was taken from them chose for its
-- way back to the queue, too, which is a kind of its own now.
UPDATE memberships SET told_by = told_by || ' given_back:page' WHERE ' ' || told_by || ' ' LIKE '% taken:page %';
UPDATE memberships SET told_by = told_by || ' given_back:mail' WHERE ' ' || told_by || ' ' LIKE '% taken:mail %';
UPDATE memberships SET told_by = told_by || ' given_back:both' WHERE ' ' || told_by || ' ' LIKE '% taken:both %';
UPDATE memberships SET told_by = told_by || ' given_back:none' WHERE ' ' || told_by || ' ' LIKE '% taken:none %';
