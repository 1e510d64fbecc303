-- Changes of what functions cost, as they were found.
CREATE TABLE anomalies (
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  id       TEXT NOT NULL, -- UUID
  since    INTEGER NOT NULL, -- epoch milliseconds
  until    INTEGER, -- null while it lasts
  document BLOB NOT NULL, -- JSON (anomalies/anomaly.ts), sealed under the group's data key
  feedback TEXT, -- JSON: storage/anomaly-store.ts
  PRIMARY KEY (group_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX anomalies_by_time ON anomalies (group_id, since);
