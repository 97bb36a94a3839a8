-- Version 2: what makes a score mean something: how loud an alert was and which
-- event answers which, what each signal took, baselines for ways of working,
-- what the person set, and the measurements of the last days.

ALTER TABLE event ADD COLUMN level INTEGER NOT NULL DEFAULT 0; -- posture.Event.Level
ALTER TABLE event ADD COLUMN ref INTEGER NOT NULL DEFAULT 0;   -- id of what it answers, or 0

CREATE INDEX event_ref ON event (ref) WHERE ref <> 0;

ALTER TABLE minute ADD COLUMN stood INTEGER NOT NULL DEFAULT 0; -- microseconds judged standing

-- Integrals of the points that each signal took, in point-microseconds. A row
-- for each signal and minute would take 20 bytes and more, 13 MB in a year of
-- working days; a column takes 1 where there is nothing and 7 at most where
-- there is something. A signal more is a migration more.
ALTER TABLE minute ADD COLUMN exposure_head_drop INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_head_forward INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_sink INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_upper_back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_lean_in INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_lean_aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE minute ADD COLUMN exposure_head_pitch INTEGER NOT NULL DEFAULT 0;

ALTER TABLE baseline ADD COLUMN way TEXT NOT NULL DEFAULT 'sitting';      -- a posture.Way
ALTER TABLE baseline ADD COLUMN provisional INTEGER NOT NULL DEFAULT 0;   -- 1 when nobody asked for it
ALTER TABLE baseline ADD COLUMN stale TEXT NOT NULL DEFAULT '';           -- why it is not used, or ''

-- The medians of the person's own slouch, where they showed it.
CREATE TABLE baseline_slouch (
  baseline INTEGER NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
  name     TEXT    NOT NULL, -- of the measurement
  median   REAL    NOT NULL, -- scale-free
  PRIMARY KEY (baseline, name)
) STRICT, WITHOUT ROWID;

-- What the person changed: one row, a JSON merge patch (RFC 7396) over the
-- settings of the config file.
CREATE TABLE setting (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  patch TEXT NOT NULL
) STRICT;

-- Measurements, packed by posture, some minutes in a row. They are deleted
-- after some days; the baseline may be gone before them.
CREATE TABLE measurement (
  id       INTEGER PRIMARY KEY,
  start    INTEGER NOT NULL, -- of the first, nanoseconds since the Unix epoch
  camera   TEXT    NOT NULL,
  baseline INTEGER NOT NULL, -- what they were compared with, 0 for none
  count    INTEGER NOT NULL, -- how many
  data     BLOB    NOT NULL
) STRICT;

CREATE INDEX measurement_start ON measurement (start);
