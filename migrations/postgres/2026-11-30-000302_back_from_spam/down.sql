-- What was wrong stays mended.
SELECT 1;
