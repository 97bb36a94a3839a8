-- Version 5: how far a person goes in comfort, so that an exercise is judged from its
-- first repetition.

-- Of one placement of a camera, for which a baseline stands.
CREATE TABLE comfortable_range (
  baseline   INTEGER NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
  exercise   TEXT    NOT NULL, -- a coach.Exercise
  left_side  REAL    NOT NULL, -- in the unit of coach.Range; 0 is not known
  right_side REAL    NOT NULL,
  times      INTEGER NOT NULL, -- how often it was learned from
  PRIMARY KEY (baseline, exercise)
) STRICT, WITHOUT ROWID;
