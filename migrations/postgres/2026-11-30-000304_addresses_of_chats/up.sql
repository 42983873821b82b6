-- The address that its customer gave for the answers, or as the team corrected it; none:
-- it came by mail, or is not to get any.
ALTER TABLE conversations ADD COLUMN visitor_email TEXT;
UPDATE conversations SET visitor_email = (
    SELECT CASE WHEN v.contact_id = conversations.contact_id THEN v.email ELSE p.email END
    FROM visitors v, contacts p
    WHERE v.id = conversations.visitor_id AND p.id = conversations.contact_id)
WHERE visitor_id IS NOT NULL;
