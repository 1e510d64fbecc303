CREATE TABLE profiling_groups (
  sequence          INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: page tokens hold it
  id                TEXT NOT NULL UNIQUE,
  account_id        TEXT NOT NULL,
  region            TEXT NOT NULL,
  name              TEXT NOT NULL,
  compute_platform  TEXT NOT NULL CHECK (compute_platform IN ('Default', 'AWSLambda')),
  profiling_enabled INTEGER NOT NULL,
  tags              TEXT NOT NULL, -- JSON object
  created_at        INTEGER NOT NULL, -- epoch milliseconds, as all instants here
  updated_at        INTEGER NOT NULL,
  orchestrated_at   INTEGER,
  sealed_data_key   BLOB NOT NULL,
  UNIQUE (account_id, region, name)
) STRICT;

CREATE TABLE client_tokens (
  account_id TEXT NOT NULL,
  region     TEXT NOT NULL,
  token      TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  group_id   TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, region, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id               TEXT PRIMARY KEY,
  account_id       TEXT NOT NULL,
  name             TEXT NOT NULL,
  is_administrator INTEGER NOT NULL,
  UNIQUE (account_id, name)
) STRICT;

CREATE TABLE access_keys (
  access_key_id TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  sealed_secret BLOB NOT NULL,
  is_active     INTEGER NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_tickets (
  hash       BLOB PRIMARY KEY, -- SHA-256 of what the link holds
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash         BLOB PRIMARY KEY, -- SHA-256 of what the cookie holds
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
