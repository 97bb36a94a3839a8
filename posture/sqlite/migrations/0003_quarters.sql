-- Version 3: what is looked back on: quarters of an hour, which are kept when
-- their minutes are deleted, and the time zones the person lived by.

-- One row for each quarter of an hour in which something was watched: the sums
-- of its minutes, added to in the transaction that adds the minute. Every zone's
-- days begin and end with one.
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

-- Division rounds towards 0, but quarters before 1970 begin before it too.
INSERT INTO quarter
SELECT (minute - (minute % 15 + 15) % 15) / 15,
  sum(upright), sum(slouching), sum(leaning_in), sum(leaning_aside), sum(looking_down),
  sum(turned), sum(standing), sum(away), sum(unknown), sum(score_time), sum(score_sum), sum(stood),
  sum(exposure_head_drop), sum(exposure_head_forward), sum(exposure_sink), sum(exposure_upper_back),
  sum(exposure_lean_in), sum(exposure_lean_aside), sum(exposure_head_pitch)
FROM minute GROUP BY 1;

-- A row for each time the watch began in another zone than the one then in
-- force.
CREATE TABLE zone (
  since INTEGER PRIMARY KEY, -- nanoseconds since the Unix epoch
  name  TEXT NOT NULL        -- of the IANA database, or an offset: UTC+05:30
) STRICT;
