-- The HTML of the mail names pictures elsewhere, which are loaded only when the reader asks.
ALTER TABLE mails ADD COLUMN has_remote_images BOOLEAN NOT NULL DEFAULT FALSE;
