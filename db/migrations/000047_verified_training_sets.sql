-- Up Migration

-- What came of the last time that each training set was built again.
CREATE TABLE asof.verified_training_sets (
  training_set_id text PRIMARY KEY,
  verified_at     timestamptz NOT NULL,
  host            text NOT NULL,
  same            boolean NOT NULL,
  differing       bigint NOT NULL
);
COMMENT ON COLUMN asof.verified_training_sets.host IS 'where it was built again';
COMMENT ON COLUMN asof.verified_training_sets.same IS 'whether the hash was that of the manifest';
COMMENT ON COLUMN asof.verified_training_sets.differing IS 'how many rows differed';
