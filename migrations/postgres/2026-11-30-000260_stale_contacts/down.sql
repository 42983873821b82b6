DROP TABLE stale_contacts;
