-- Who is told of an announcement, and how far that got.
CREATE TABLE deliveries (
  announcement INTEGER NOT NULL REFERENCES announcements (sequence) ON DELETE CASCADE,
  target       TEXT NOT NULL, -- ARN of a topic
  state        TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
  attempts     INTEGER NOT NULL,
  due_at       INTEGER NOT NULL, -- epoch milliseconds; of what ended, when it did
  error        TEXT, -- of the last attempt
  parcel       TEXT, -- what is told in one message, and under which id; null: alone
  PRIMARY KEY (announcement, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (state, due_at);

-- The last announcement that deliveries were made of.
CREATE TABLE delivery_progress (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL
) STRICT;
