-- A database as version 5 shipped it. Never altered: see migrate_test.go.

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

CREATE TABLE quarter (
  quarter       INTEGER PRIMARY KEY, -- Unix time in quarters of an hour
  upright       INTEGER NOT NULL,    -- microseconds, as in the table minute
  slouching     INTEGER NOT NULL,
  leaning_in    INTEGER NOT NULL,
  leaning_aside INTEGER NOT NULL,
  looking_down  INTEGER NOT NULL,
  turned        INTEGER NOT NULL,
  standing      INTEGER NOT NULL,
  away          INTEGER NOT NULL,
  unknown       INTEGER NOT NULL,
  score_time    INTEGER NOT NULL,    -- how long there was a score
  score_sum     INTEGER NOT NULL,    -- integral of the score, point-microseconds
  stood         INTEGER NOT NULL,    -- microseconds judged standing
  exposure_head_drop    INTEGER NOT NULL, -- point-microseconds, as all that follow
  exposure_head_forward INTEGER NOT NULL,
  exposure_sink         INTEGER NOT NULL,
  exposure_upper_back   INTEGER NOT NULL,
  exposure_lean_in      INTEGER NOT NULL,
  exposure_lean_aside   INTEGER NOT NULL,
  exposure_head_pitch   INTEGER NOT NULL
) STRICT;

CREATE TABLE zone (
  since INTEGER PRIMARY KEY, -- nanoseconds since the Unix epoch
  name  TEXT NOT NULL        -- of the IANA database, or an offset: UTC+05:30
) STRICT;

ALTER TABLE event ADD COLUMN area TEXT NOT NULL DEFAULT '';     -- posture.Event.Area
ALTER TABLE event ADD COLUMN exercise TEXT NOT NULL DEFAULT ''; -- posture.Event.Exercise

CREATE TABLE profile (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  text TEXT NOT NULL
) STRICT;

CREATE TABLE erasure (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  first INTEGER NOT NULL, -- nanoseconds since the Unix epoch
  last  INTEGER NOT NULL  -- the first instant that stays
) STRICT;

CREATE TABLE comfortable_range (
  baseline   INTEGER NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
  exercise   TEXT    NOT NULL, -- a coach.Exercise
  left_side  REAL    NOT NULL, -- in the unit of coach.Range; 0 is not known
  right_side REAL    NOT NULL,
  times      INTEGER NOT NULL, -- how often it was learned from
  PRIMARY KEY (baseline, exercise)
) STRICT, WITHOUT ROWID;

INSERT INTO event VALUES
  (1, 1772442000123456789, 'baseline', '', '', 0, NULL, '', 0, 1, '', ''),
  (2, 1772442600123456789, 'alert', 'slouching', 'head_forward', 60.25, 40, 'Your head has been forward for 60 s.', 1, 0, '', ''),
  (3, 1772442601123456789, 'wrong', '', 'head_forward', 0, NULL, '', 1, 2, '', ''),
  (4, 1772442602123456789, 'check_in', '', '', 0, NULL, '', 7, 0, 'lower_back', ''),
  (5, 1772442603123456789, 'exercise', '', '', 30.5, NULL, '', 10, 0, 'upper_back', 'chin_tuck'),
  (9, 1772442602123456789, 'paused', '', '', 0, NULL, '', 0, 0, '', '');
DELETE FROM event WHERE id = 9;

INSERT INTO minute VALUES
  (29540700, 59500000, 0, 0, 0, 0, 0, 0, 0, 250000, 59500000, 5890125000, 0, 0, 0, 0, 0, 0, 0, 0),
  (29540701, 1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9000000, 10000000, 1, 11000000, 1, 2000000, 3000000, 3500000, 4000000, 5000000, 6000000000);

INSERT INTO baseline VALUES
  (1, 1772442000123456789, 'Webcam', 640, 480, 12, 24, 0.95, 'standing', 1, 'camera moved'),
  (2, 1772442060123456789, 'Webcam', 640, 480, 12, 24, 0.9, 'sitting', 0, '');
INSERT INTO baseline_measure VALUES (1, 'head_drop', 0.5, 0.01), (1, 'lean_in', 1, 0.02);
INSERT INTO baseline_slouch VALUES (1, 'head_drop', 0.4);

INSERT INTO comfortable_range VALUES (2, 'neck_turn', 61.5, 58, 3);

INSERT INTO setting VALUES (1, '{"alert_after_s":45}');

INSERT INTO profile VALUES (1, '{"answered":true}');

INSERT INTO measurement VALUES (1, 1772442000123456789, 'Webcam', 1, 2, x'0102ff');

-- The minutes of the first two are gone.
INSERT INTO quarter VALUES
  (-31, 900000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  (1969379, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
  (1969380, 60500000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9250000, 69500000, 5890125001, 11000000, 1, 2000000, 3000000, 3500000, 4000000, 5000000, 6000000000);

INSERT INTO zone VALUES
  (1772442000123456789, 'Europe/Berlin'),
  (1772442600123456789, 'UTC+05:30');
