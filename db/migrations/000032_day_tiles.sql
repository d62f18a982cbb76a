-- Up Migration

-- The days of which a source has events. Writers of one row never meet: the stream reads a partition with one
-- writer at a time, and replays of a source wait for each other.
CREATE TABLE asof.event_days (
  source    text NOT NULL,
  day       integer NOT NULL,
  writer    integer NOT NULL,
  write_id  bigint NOT NULL,
  PRIMARY KEY (source, day, writer)
);
COMMENT ON COLUMN asof.event_days.day IS 'days since 1970-01-01 in UTC';
COMMENT ON COLUMN asof.event_days.writer IS 'the Kafka partition that the stream read; -1 for replayed dead letters, -2 for events from before the list';
COMMENT ON COLUMN asof.event_days.write_id IS 'the last write that added an event of the day; 0 for events from before the list';

-- The sources whose days were listed from raw events once, for what was read before there was a list.
CREATE TABLE asof.listed_days (
  source    text PRIMARY KEY,
  raw_from  timestamptz
);
COMMENT ON COLUMN asof.listed_days.raw_from IS 'the floor of the raw events then: days before it may be missing';

-- The tiles of batch tables that are made. Each covers 4 ^ level days.
CREATE TABLE asof.day_tiles (
  feature_table  text NOT NULL,
  level          integer NOT NULL,
  first_day      integer NOT NULL,
  sequence_seen  bigint NOT NULL,
  PRIMARY KEY (feature_table, level, first_day)
);
COMMENT ON COLUMN asof.day_tiles.first_day IS 'days since 1970-01-01 in UTC';
COMMENT ON COLUMN asof.day_tiles.sequence_seen IS 'the sequence up to which the tile has seen writes';
