-- What is measured over time, mostly of groups. A group's series go with it.
CREATE TABLE metric_series (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  region     TEXT NOT NULL,
  namespace  TEXT NOT NULL,
  name       TEXT NOT NULL,
  dimensions TEXT NOT NULL, -- JSON: pairs of name and value, by name
  unit       TEXT NOT NULL,
  group_id   TEXT REFERENCES profiling_groups (id) ON DELETE CASCADE,
  latest_at  INTEGER NOT NULL, -- epoch milliseconds
  UNIQUE (account_id, region, namespace, name, dimensions)
) STRICT;
CREATE INDEX metric_series_by_group ON metric_series (group_id);

CREATE TABLE metric_points (
  series  INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  step    INTEGER NOT NULL, -- milliseconds: an hour, or 0 for what is kept as it was measured
  at      INTEGER NOT NULL, -- its start, epoch milliseconds
  samples REAL NOT NULL,
  sum     REAL NOT NULL,
  minimum REAL NOT NULL,
  maximum REAL NOT NULL,
  PRIMARY KEY (series, step, at)
) STRICT, WITHOUT ROWID;

-- Since when metrics are collected without a pause.
CREATE TABLE metric_clock (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  since INTEGER NOT NULL,
  seen  INTEGER NOT NULL
) STRICT;

CREATE TABLE alarms (
  account_id TEXT NOT NULL,
  region     TEXT NOT NULL,
  name       TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  document   TEXT NOT NULL, -- JSON: alarms/alarm.ts
  state      TEXT NOT NULL, -- JSON: the same
  PRIMARY KEY (account_id, region, name)
) STRICT, WITHOUT ROWID;

-- What became of alarms, also of those that are gone.
CREATE TABLE alarm_history (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  region     TEXT NOT NULL,
  name       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  type       TEXT NOT NULL, -- ConfigurationUpdate, StateUpdate, Action
  summary    TEXT NOT NULL,
  data       TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_history_by_alarm ON alarm_history (account_id, region, name, at);
CREATE INDEX alarm_history_by_time ON alarm_history (at);
