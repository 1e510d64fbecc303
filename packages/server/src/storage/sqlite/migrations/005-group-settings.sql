-- A group's resource policy. Null where it never had one; after a removal the revision stays, with no principals.
ALTER TABLE profiling_groups ADD COLUMN policy_revision TEXT;
ALTER TABLE profiling_groups ADD COLUMN policy_principals TEXT NOT NULL DEFAULT '[]'; -- JSON array of {arn, id}

-- Where findings about a group are sent.
CREATE TABLE notification_channels (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- order of being added
  group_id TEXT NOT NULL REFERENCES profiling_groups (id) ON DELETE CASCADE,
  id       TEXT NOT NULL, -- UUID
  uri      TEXT NOT NULL,
  events   TEXT NOT NULL, -- JSON array: what it is told of
  UNIQUE (group_id, id),
  UNIQUE (group_id, uri)
) STRICT;
