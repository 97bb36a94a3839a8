-- A database as version 1 shipped it. Never altered: see migrate_test.go.

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

INSERT INTO event VALUES
  (1, 1772442000123456789, 'baseline', '', '', 0, NULL, ''),
  (2, 1772442001123456789, 'bout_start', 'upright', '', 0, 98.5, ''),
  (3, 1772442002123456789, 'paused', '', '', 0, NULL, ''),
  (4, 1772442600123456789, 'alert', 'slouching', 'head_forward', 180.25, 40, 'You''ve slouched for 3 minutes.'),
  (9, 1772442601123456789, 'resumed', '', '', 0, NULL, '');
DELETE FROM event WHERE id IN (3, 9);

INSERT INTO minute VALUES
  (29540700, 59500000, 0, 0, 0, 0, 0, 0, 0, 250000, 59500000, 5890125000),
  (29540701, 1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9000000, 10000000, 1);

INSERT INTO baseline VALUES (1, 1772442000123456789, 'Webcam', 640, 480, 12, 24, 0.95);
INSERT INTO baseline_measure VALUES (1, 'head_drop', 0.5, 0.01), (1, 'lean_in', 1, 0.02);
