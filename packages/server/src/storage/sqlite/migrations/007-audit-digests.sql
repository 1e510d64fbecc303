-- Digests of the audit trail: what each covers, and its hash; their files lie in DIR/audit.
CREATE TABLE audit_digests (
  number      INTEGER PRIMARY KEY,
  ended_at    INTEGER NOT NULL, -- epoch milliseconds
  hash        TEXT NOT NULL,    -- SHA-256 of the file
  sequence    INTEGER NOT NULL, -- of the last record it covers
  record_hash TEXT NOT NULL
) STRICT;

-- The keys that digests are signed with, sealed under the master key; of a retired one its public half alone.
CREATE TABLE audit_keys (
  number INTEGER PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

-- What records are looked up by: storage/audit-attributes.ts. No evidence, only a way to find records; what is missing at
-- the end is added when the catalog is opened.
CREATE TABLE audit_attributes (
  attribute INTEGER NOT NULL,
  value     TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  PRIMARY KEY (attribute, value, sequence)
) STRICT, WITHOUT ROWID;
