-- Until when a member is away; over by itself.
ALTER TABLE memberships ADD COLUMN away_until TIMESTAMP;
