-- What no mail server took: it was written into the data folder.
ALTER TABLE deliveries ADD COLUMN is_file BOOLEAN NOT NULL DEFAULT FALSE;
