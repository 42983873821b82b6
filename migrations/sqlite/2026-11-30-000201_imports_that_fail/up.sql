-- How often the next rows were tried: a node that fails leaves them to the next one, and
-- after some tries the import is ended. Then `failure` says so; its state is 'cancelled'.
ALTER TABLE contact_imports ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact_imports ADD COLUMN failure TEXT;
