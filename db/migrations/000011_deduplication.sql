-- Up Migration

-- The last kept event of each key, for as long as it can have duplicates: what a micro-batch is held against.
CREATE TABLE asof.seen_events (
  source          text NOT NULL,
  kafka_partition integer NOT NULL,
  key             bytea NOT NULL,
  clock           timestamptz NOT NULL,
  PRIMARY KEY (source, kafka_partition, key)
);
COMMENT ON COLUMN asof.seen_events.key IS 'SHA-256 of the values that the source is deduplicated by';
COMMENT ON COLUMN asof.seen_events.clock IS 'where the event stands on the clock of its partition';
CREATE INDEX seen_events_by_clock ON asof.seen_events (source, kafka_partition, clock);

ALTER TABLE asof.offset_ledger ADD COLUMN duplicates bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN asof.offset_ledger.duplicates IS 'raw events of the range that repeat others and count nowhere';
