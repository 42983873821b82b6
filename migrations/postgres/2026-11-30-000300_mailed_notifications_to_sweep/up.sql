-- What went by mail alone is swept by its age: nobody marks it as read.
CREATE INDEX notifications_mailed ON notifications (created_at) WHERE NOT in_page;
