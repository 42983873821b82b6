DROP TABLE account_links;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE memberships;
DROP TABLE workspaces;
DROP TABLE users;
DROP TABLE plans;
DROP TABLE installation;
