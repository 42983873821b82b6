-- An archived inbox takes no new conversations; those it has stay.
ALTER TABLE inboxes ADD COLUMN archived_at TIMESTAMP;
-- How the chat looks to customers.
ALTER TABLE inboxes ADD COLUMN accent TEXT NOT NULL DEFAULT 'ink'
    CHECK (accent IN ('ink', 'teal', 'blue', 'purple', 'red', 'orange', 'green'));
ALTER TABLE inboxes ADD COLUMN side TEXT NOT NULL DEFAULT 'right' CHECK (side IN ('right', 'left'));
ALTER TABLE inboxes ADD COLUMN welcome_title TEXT NOT NULL DEFAULT '';
ALTER TABLE inboxes ADD COLUMN button_label TEXT NOT NULL DEFAULT '';
-- When it is open: as the workspace, always, or at hours of its own.
ALTER TABLE inboxes ADD COLUMN opening TEXT NOT NULL DEFAULT 'workspace'
    CHECK (opening IN ('workspace', 'always', 'own'));
ALTER TABLE inboxes ADD COLUMN working_hours TEXT;
-- What a customer is told outside of the hours; empty: nothing.
ALTER TABLE inboxes ADD COLUMN away_message TEXT NOT NULL DEFAULT '';
