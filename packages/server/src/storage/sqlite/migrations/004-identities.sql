-- The identities of an account: read whole, changed row by row; `revision` counts the changes.
CREATE TABLE accounts (
  id       TEXT PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identities (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  document   TEXT NOT NULL, -- JSON
  sealed     BLOB,          -- its secret, where it has one
  PRIMARY KEY (account_id, kind, key)
) STRICT, WITHOUT ROWID;

-- A signature names its key and no account.
CREATE UNIQUE INDEX access_key_ids ON identities (key) WHERE kind = 'access-key';

-- What was before: users with access keys, some of them administrators. Their ids take the form of IAM's.
INSERT INTO accounts (id, revision) SELECT DISTINCT account_id, 1 FROM users;

CREATE TEMP TABLE new_ids AS
  SELECT id AS old, 'AIDA' || upper(substr(replace(replace(replace(replace(replace(id,
    '-', ''), '0', 'g'), '1', 'h'), '8', 'i'), '9', 'j'), 1, 17)) AS new FROM users;

INSERT INTO identities (account_id, kind, key, document)
  SELECT account_id, 'user', lower(name), json_object(
    'id', new, 'name', name, 'path', '/',
    'createdAt', (SELECT coalesce(min(created_at), 0) FROM access_keys WHERE user_id = users.id),
    'inlinePolicies', json('{}'),
    'attachedPolicies', json(CASE WHEN is_administrator
      THEN '["arn:aws:iam::aws:policy/AdministratorAccess"]' ELSE '[]' END),
    'permissionsBoundary', NULL, 'tags', json('{}'), 'groups', json('[]'))
  FROM users JOIN new_ids ON old = users.id;

INSERT INTO identities (account_id, kind, key, document, sealed)
  SELECT account_id, 'access-key', access_key_id, json_object(
    'id', access_key_id, 'userId', new,
    'isActive', json(CASE WHEN is_active THEN 'true' ELSE 'false' END), 'createdAt', created_at), sealed_secret
  FROM access_keys JOIN users ON users.id = user_id JOIN new_ids ON old = users.id;

-- Whoever was signed in signs in again.
DROP TABLE sign_in_tickets;
DROP TABLE sessions;
DROP TABLE access_keys;
DROP TABLE users;
DROP TABLE new_ids;

CREATE TABLE sign_in_tickets (
  hash       BLOB PRIMARY KEY, -- SHA-256 of what the link holds
  subject    TEXT NOT NULL,    -- JSON: who signs in
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash         BLOB PRIMARY KEY, -- SHA-256 of what the cookie holds
  subject      TEXT NOT NULL,    -- JSON: who is signed in
  mfa_at       INTEGER,          -- when a second factor was given
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
