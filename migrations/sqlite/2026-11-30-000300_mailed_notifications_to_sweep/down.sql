DROP INDEX notifications_mailed;
