-- Sealed profiles. Instants are epoch milliseconds, keys those of blobs.

CREATE TABLE blocks (
  id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: roll-ups say up to which one they go
  group_id    TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  level       TEXT NOT NULL CHECK (level IN ('PT5M', 'PT1H', 'P1D')),
  start       INTEGER NOT NULL,
  key         TEXT NOT NULL,
  profiles    INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  through     INTEGER NOT NULL
) STRICT;
CREATE INDEX blocks_by_group ON blocks (group_id, level, start);
CREATE INDEX blocks_by_age ON blocks (level, start);

CREATE TABLE dictionary_parts (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  epoch    INTEGER NOT NULL,
  key      TEXT NOT NULL
) STRICT;
CREATE INDEX dictionary_parts_by_group ON dictionary_parts (group_id, epoch);

-- Hours and days with a window's block that their roll-up does not include: found without a look at every block.
CREATE TABLE due_roll_ups (
  level    TEXT NOT NULL CHECK (level IN ('PT1H', 'P1D')),
  start    INTEGER NOT NULL,
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  PRIMARY KEY (level, start, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_roll_ups_by_group ON due_roll_ups (group_id);

CREATE TABLE latest_profiles (
  group_id      TEXT PRIMARY KEY REFERENCES profiling_groups (id) ON DELETE CASCADE,
  latest_window INTEGER NOT NULL,
  received_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Until their files are removed.
CREATE TABLE sealed_segments (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE token_lists (
  key         TEXT PRIMARY KEY,
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
