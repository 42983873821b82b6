-- One row per named fact about the installation, e.g. the secret key's fingerprint.
CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE plans (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0)
);
INSERT INTO plans (code, name, seats) VALUES
    ('starter', 'Starter', 3),
    ('growth', 'Growth', 10),
    ('business', 'Business', 25);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The name customers see; the whole name when absent.
    public_name TEXT,
    password_hash TEXT NOT NULL,
    -- Set by a mailed link alone.
    email_verified_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE workspaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    plan TEXT NOT NULL REFERENCES plans (code),
    time_zone TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- A membership is ended, never deleted: messages and activities refer to it.
-- active_id equals id exactly while it lasts; an owner is a foreign key to it.
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'manager', 'agent')),
    ended_at TIMESTAMP,
    active_id BIGINT,
    last_seen_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    CHECK ((ended_at IS NULL AND active_id IS NOT NULL AND active_id = id)
        OR (ended_at IS NOT NULL AND active_id IS NULL)),
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, active_id)
);
CREATE UNIQUE INDEX memberships_one_active ON memberships (workspace_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'manager', 'agent')),
    invited_by_id BIGINT NOT NULL,
    -- 256 random bits; the token is an HMAC over it and is never stored.
    nonce TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    accepted_at TIMESTAMP,
    accepted_by_id BIGINT,
    revoked_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, invited_by_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, accepted_by_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX invitations_one_open ON invitations (workspace_id, email)
    WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_by_inviter ON invitations (workspace_id, invited_by_id);

-- A session is the user's; the workspace is chosen in it.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_hash TEXT NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id BIGINT REFERENCES workspaces (id) ON DELETE SET NULL,
    user_agent TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_workspace ON sessions (workspace_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Single-use links to an address: a new password, or the proof of a new address.
CREATE TABLE account_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('reset_password', 'verify_address')),
    email TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX account_links_by_user ON account_links (user_id);
