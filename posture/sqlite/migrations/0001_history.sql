-- Version 1: what happened, how each minute went, and the person's own upright.
--
-- Instants are INTEGER nanoseconds since 1970-01-01T00:00:00Z, as exact as
-- posture.Event holds them. Ids rise and are never given twice, so "after id
-- N" stays true when old rows have been deleted.

CREATE TABLE event (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL, -- nanoseconds since the Unix epoch
  kind    TEXT    NOT NULL, -- a posture.EventKind
  state   TEXT    NOT NULL, -- a posture.State, or ''
  signal  TEXT    NOT NULL, -- a posture.Signal, or ''
  seconds REAL    NOT NULL, -- length of what ended, or 0
  score   REAL,             -- 0 to 100; NULL when there was none
  text    TEXT    NOT NULL  -- a sentence for the person, or ''
) STRICT;

CREATE INDEX event_at ON event (at);

-- One row for each minute that was watched. Durations are whole microseconds,
-- so that sums are exact and in any order the same; a state that did not occur
-- is 0, which takes no room. A minute lived twice, because the clock was set
-- back, holds both.
CREATE TABLE minute (
  minute        INTEGER PRIMARY KEY, -- Unix time in minutes
  upright       INTEGER NOT NULL,    -- microseconds, as all that follow
  slouching     INTEGER NOT NULL,
  leaning_in    INTEGER NOT NULL,
  leaning_aside INTEGER NOT NULL,
  looking_down  INTEGER NOT NULL,
  turned        INTEGER NOT NULL,
  standing      INTEGER NOT NULL,
  away          INTEGER NOT NULL,
  unknown       INTEGER NOT NULL,
  score_time    INTEGER NOT NULL,    -- how long there was a score
  score_sum     INTEGER NOT NULL     -- integral of the score, point-microseconds
) STRICT;

CREATE TABLE baseline (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL, -- nanoseconds since the Unix epoch
  camera  TEXT    NOT NULL, -- the camera's name
  width   INTEGER NOT NULL, -- frame size, pixels
  height  INTEGER NOT NULL,
  seconds REAL    NOT NULL, -- how long it was taken
  samples INTEGER NOT NULL, -- from how many observations
  quality REAL    NOT NULL  -- 0 to 1
) STRICT;

CREATE INDEX baseline_place ON baseline (camera, width, height, id);

CREATE TABLE baseline_measure (
  baseline INTEGER NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
  name     TEXT    NOT NULL, -- of the measurement
  median   REAL    NOT NULL, -- scale-free
  spread   REAL    NOT NULL, -- 1.4826 times the median absolute deviation
  PRIMARY KEY (baseline, name)
) STRICT, WITHOUT ROWID;
