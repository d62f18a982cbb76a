-- Up Migration

-- From where on the raw events of a source are whole. What is made of raw events (fills of later tables, merges of late
-- events, batch features as of a past moment) is made only of what lies behind it.
CREATE TABLE asof.retention_floors (
  source   text PRIMARY KEY,
  raw_from timestamptz NOT NULL
);
COMMENT ON COLUMN asof.retention_floors.raw_from IS 'retention may have removed any raw event with an earlier event time; never goes back';

-- How far the superseded versions of a table are no longer whole, by the sequence of the writes that superseded them.
CREATE TABLE asof.history_floors (
  feature_table   text PRIMARY KEY,
  removed_through bigint NOT NULL
);
COMMENT ON COLUMN asof.history_floors.removed_through IS 'the last write of which retention removed a version that it had superseded';
