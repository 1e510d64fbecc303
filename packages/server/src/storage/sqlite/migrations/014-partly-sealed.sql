-- Groups whose records in a sealed segment are not sealed: they still count, and its file stays until none is left.
ALTER TABLE sealed_segments ADD COLUMN unsealed_groups TEXT NOT NULL DEFAULT '[]'; -- JSON array of ids
