-- Patterns of users: of a group, or of the whole installation.
CREATE TABLE recommendation_patterns (
  id       TEXT NOT NULL,
  group_id TEXT REFERENCES profiling_groups (id) ON DELETE CASCADE, -- null: of the installation
  document TEXT NOT NULL -- JSON
) STRICT;
CREATE UNIQUE INDEX recommendation_patterns_once ON recommendation_patterns (coalesce(group_id, ''), id);
CREATE INDEX recommendation_patterns_by_group ON recommendation_patterns (group_id);

-- What was found in a group's hours and days.
CREATE TABLE findings_reports (
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  period   TEXT NOT NULL, -- PT1H, P1D
  start    INTEGER NOT NULL, -- epoch milliseconds
  id       TEXT NOT NULL UNIQUE, -- UUID
  findings INTEGER NOT NULL,
  summary  TEXT NOT NULL, -- JSON
  document BLOB NOT NULL, -- sealed under the group's data key
  PRIMARY KEY (group_id, period, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX findings_reports_by_start ON findings_reports (start);

-- Up to where a group was looked at.
CREATE TABLE findings_progress (
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  period   TEXT NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (group_id, period)
) STRICT, WITHOUT ROWID;

-- What is so, or was until lately, after the hourly reports.
CREATE TABLE recommendation_states (
  group_id   TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  pattern_id TEXT NOT NULL,
  document   TEXT NOT NULL, -- JSON
  is_muted   INTEGER NOT NULL,
  PRIMARY KEY (group_id, pattern_id)
) STRICT, WITHOUT ROWID;
