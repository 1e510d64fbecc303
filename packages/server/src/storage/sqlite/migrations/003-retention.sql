-- How long profiles are kept. Instants are epoch milliseconds.

-- Of groups that have a rule of their own.
CREATE TABLE retentions (
  group_id         TEXT PRIMARY KEY REFERENCES profiling_groups (id) ON DELETE CASCADE,
  five_minute_days INTEGER NOT NULL,
  hourly_days      INTEGER NOT NULL,
  daily_days       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What lies before is kept in a coarser resolution only, or not at all.
CREATE TABLE kept_since (
  group_id TEXT PRIMARY KEY REFERENCES profiling_groups (id) ON DELETE CASCADE,
  windows  INTEGER NOT NULL,
  hours    INTEGER NOT NULL,
  days     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The clock that ages are measured by: one row.
CREATE TABLE retention_clock (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  trusted INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  stood   INTEGER NOT NULL
) STRICT;

-- Blocks are looked for by group now.
DROP INDEX blocks_by_age;
