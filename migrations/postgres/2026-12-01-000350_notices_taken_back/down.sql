DROP TRIGGER notifications_taken_back ON notifications;
DROP FUNCTION tell_of_notice_taken_back;
