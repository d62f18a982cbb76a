-- Up Migration

-- Facts that the user writes; `apply` makes reference.<table>.
CREATE SCHEMA reference;

-- A double as the number that its shortest round-trip decimal names: sums of these are exact, and so do not depend on
-- the order in which rows are read. Round a sum to a double once, at the end.
CREATE FUNCTION asof.exact(double precision) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN $1::text::numeric;

CREATE TABLE asof.batch_runs (
  feature_table  text NOT NULL,
  logical_time   timestamptz NOT NULL,
  rows           bigint NOT NULL,
  events_through jsonb NOT NULL,
  sequence_seen  bigint NOT NULL,
  write_id       bigint NOT NULL,
  PRIMARY KEY (feature_table, logical_time)
);
COMMENT ON TABLE asof.batch_runs IS 'what each logical time of a batch table was last computed from';
COMMENT ON COLUMN asof.batch_runs.events_through IS 'by Kafka partition, the offset before which events were seen';
COMMENT ON COLUMN asof.batch_runs.sequence_seen IS 'the last write that reference tables were seen with, at least';
