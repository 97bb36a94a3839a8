-- Version 4: what the person says of their back and does for it, and history that
-- can be let go.

ALTER TABLE event ADD COLUMN area TEXT NOT NULL DEFAULT '';     -- posture.Event.Area
ALTER TABLE event ADD COLUMN exercise TEXT NOT NULL DEFAULT ''; -- posture.Event.Exercise

-- What the person said of themselves, so that what is proposed fits: one row, a
-- relief.Profile as JSON.
CREATE TABLE profile (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  text TEXT NOT NULL
) STRICT;

-- What is being deleted, in steps: a kill between two of them leaves the row, and
-- the next start goes on.
CREATE TABLE erasure (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  first INTEGER NOT NULL, -- nanoseconds since the Unix epoch
  last  INTEGER NOT NULL  -- the first instant that stays
) STRICT;
