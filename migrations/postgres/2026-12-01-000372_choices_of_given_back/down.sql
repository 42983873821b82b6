UPDATE memberships SET told_by = replace(told_by, ' given_back:page', '');
UPDATE memberships SET told_by = replace(told_by, ' given_back:mail', '');
UPDATE memberships SET told_by = replace(told_by, ' given_back:both', '');
UPDATE memberships SET told_by = replace(told_by, ' given_back:none', '');
