DROP INDEX notifications_read;
