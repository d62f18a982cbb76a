-- Up Migration

-- Up to which write each training set has been held against later corrections.
CREATE TABLE asof.assessed_training_sets (
  training_set_id text PRIMARY KEY,
  through         bigint NOT NULL
);
COMMENT ON COLUMN asof.assessed_training_sets.through IS 'the sequence of the last write whose effect on the set is known';

-- Which corrections would give a training set other rows, and what was done about each.
CREATE TABLE asof.training_set_corrections (
  training_set_id text NOT NULL,
  after           bigint NOT NULL,
  through         bigint NOT NULL,
  rows            bigint NOT NULL,
  lookups         json NOT NULL,
  rule            text NOT NULL,
  assessed_by     text NOT NULL,
  assessed_at     timestamptz NOT NULL DEFAULT now(),
  done_at         timestamptz,
  outcome         json,
  PRIMARY KEY (training_set_id, through)
);
COMMENT ON TABLE asof.training_set_corrections IS 'one line for each assessment that found rows of a set that would differ: by the writes with a sequence above after, up to through';
COMMENT ON COLUMN asof.training_set_corrections.rows IS 'how many rows of the set would differ';
COMMENT ON COLUMN asof.training_set_corrections.rule IS 'the rule of the training set at that time: ignore, notify, rebuild or retrain';
COMMENT ON COLUMN asof.training_set_corrections.assessed_by IS 'the run of the workflow that found it';
COMMENT ON COLUMN asof.training_set_corrections.done_at IS 'null while the rule has not been followed';
COMMENT ON COLUMN asof.training_set_corrections.outcome IS 'the set that was built and the trainings that were started; what failed';
