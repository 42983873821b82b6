-- Working hours as text, such as 'mon 09:00-17:00, tue 09:00-12:00'; none: always.
ALTER TABLE workspaces ADD COLUMN working_hours TEXT;
-- How long a session of a member lives without a visit.
ALTER TABLE workspaces ADD COLUMN session_days INTEGER NOT NULL DEFAULT 30
    CHECK (session_days IN (1, 7, 30, 90));
ALTER TABLE workspaces ADD COLUMN agents_pass_on BOOLEAN NOT NULL DEFAULT FALSE;
-- The key of the logo, and of a person's picture, in pictures.
ALTER TABLE workspaces ADD COLUMN logo TEXT;
ALTER TABLE users ADD COLUMN picture TEXT;
-- None: that of the workspace.
ALTER TABLE users ADD COLUMN time_zone TEXT;
ALTER TABLE users ADD COLUMN theme TEXT NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark'));
ALTER TABLE users ADD COLUMN signature TEXT NOT NULL DEFAULT '';
-- The kinds of notification that the member does without, separated by spaces.
ALTER TABLE memberships ADD COLUMN muted TEXT NOT NULL DEFAULT '';

-- Pictures as small PNGs that Baton has drawn itself, each of a workspace or of a user.
-- The key is unguessable, and another one for every picture.
CREATE TABLE pictures (
    key TEXT PRIMARY KEY NOT NULL,
    workspace_id BIGINT UNIQUE REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id BIGINT UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    png BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CHECK ((workspace_id IS NULL) <> (user_id IS NULL))
);
