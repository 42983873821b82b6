UPDATE report_facts SET member_id = NULL WHERE kind = 'opened';
