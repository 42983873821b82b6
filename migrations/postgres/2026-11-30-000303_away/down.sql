ALTER TABLE memberships DROP COLUMN away_until;
