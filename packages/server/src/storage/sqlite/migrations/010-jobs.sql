-- What one server at a time may do.
CREATE TABLE leases (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL -- epoch milliseconds
) STRICT, WITHOUT ROWID;

-- How what is done regularly went.
CREATE TABLE jobs (
  name     TEXT PRIMARY KEY,
  document TEXT NOT NULL -- JSON: storage/jobs.ts
) STRICT, WITHOUT ROWID;

-- What somebody is to be told. Keys are never forgotten before their group: nothing is told twice.
CREATE TABLE announcements (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  key        TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  region     TEXT NOT NULL,
  group_id   TEXT REFERENCES profiling_groups (id) ON DELETE CASCADE, -- null where it is about no single one
  at         INTEGER NOT NULL, -- epoch milliseconds
  document   TEXT -- JSON: storage/announcements.ts; null once it is of no use any more
) STRICT;
CREATE INDEX announcements_by_group ON announcements (group_id);
CREATE INDEX announcements_by_time ON announcements (at);
