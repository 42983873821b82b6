-- Written by *Undo*: what the line tells of had been so before, and did not begin anew.
ALTER TABLE activities ADD COLUMN by_undo BOOLEAN NOT NULL DEFAULT FALSE;
