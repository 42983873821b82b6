ALTER TABLE conversations DROP COLUMN visitor_email;
