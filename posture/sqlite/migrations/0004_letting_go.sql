-- Version 4: what the person says of their back, and history that can be let go.

ALTER TABLE event ADD COLUMN area TEXT NOT NULL DEFAULT ''; -- posture.Event.Area

-- What is being deleted, in steps: a kill between two of them leaves the row, and
-- the next start goes on.
CREATE TABLE erasure (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  first INTEGER NOT NULL, -- nanoseconds since the Unix epoch
  last  INTEGER NOT NULL  -- the first instant that stays
) STRICT;
