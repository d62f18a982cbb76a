-- Up Migration

-- What each feature of a training set, and its label, is like: what drift is measured against.
CREATE TABLE asof.training_set_statistics (
  training_set_id text NOT NULL REFERENCES asof.training_sets (id) ON DELETE CASCADE,
  position        integer NOT NULL,
  column_name     text NOT NULL,
  statistics      json NOT NULL,
  PRIMARY KEY (training_set_id, position)
);
COMMENT ON COLUMN asof.training_set_statistics.position IS 'from 0: the label if there is one, then the features in the order of the set';
COMMENT ON COLUMN asof.training_set_statistics.statistics IS 'as ColumnStatistics of domain/training/statistics.ts';
