-- Times of which somebody deleted a group's profiles, each deletion a row: what is imported again is new then.
-- Instants are epoch milliseconds.
CREATE TABLE deleted_periods (
  id        INTEGER PRIMARY KEY,
  group_id  TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  from_time INTEGER NOT NULL,
  to_time   INTEGER NOT NULL
) STRICT;

CREATE INDEX deleted_periods_by_group ON deleted_periods (group_id);
