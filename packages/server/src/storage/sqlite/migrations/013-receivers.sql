-- Who is told what concerns a group, beside its topics.
CREATE TABLE receivers (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- order of being added
  id       TEXT NOT NULL UNIQUE, -- UUID
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  kind     TEXT NOT NULL,
  topics   TEXT NOT NULL, -- JSON array: what it is told of
  added_at INTEGER NOT NULL, -- epoch milliseconds
  address  BLOB NOT NULL -- notifications/receiver-address.ts, sealed under the group's data key
) STRICT;
CREATE INDEX receivers_by_group ON receivers (group_id);

-- What is looked for every few seconds and every minute is found without a look at everything.
DROP INDEX announcements_by_time;
CREATE INDEX announcements_by_time ON announcements (at) WHERE document IS NOT NULL;
CREATE INDEX anomalies_by_end ON anomalies (until) WHERE until IS NOT NULL;
