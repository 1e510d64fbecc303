-- The audit trail: records, each with the hash of the one before, and where the chain begins and ends.
CREATE TABLE audit_records (
  sequence INTEGER PRIMARY KEY,
  record   TEXT NOT NULL -- one line of JSON
) STRICT;

CREATE TABLE audit_ends (
  name     TEXT PRIMARY KEY CHECK (name IN ('start', 'head')),
  sequence INTEGER NOT NULL, -- of the last record that was forgotten; of the newest one
  hash     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
