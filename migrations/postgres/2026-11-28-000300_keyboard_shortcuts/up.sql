-- Whether single keys do something, in every workspace of the person (WCAG 2.1.4).
ALTER TABLE users ADD COLUMN shortcuts BOOLEAN NOT NULL DEFAULT TRUE;
