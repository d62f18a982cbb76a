-- Up Migration

-- A record may hold several events. Each has a place in the log: the offset, and its index in the record's list.
-- `apply` and the migration add `kafka_index` to the raw events of each source.
ALTER TABLE events.dead_letters
  ADD COLUMN kafka_index integer NOT NULL DEFAULT 0,
  ADD COLUMN is_element boolean NOT NULL DEFAULT false,
  ADD COLUMN envelope bytea,
  DROP CONSTRAINT dead_letters_pkey,
  ADD PRIMARY KEY (source, kafka_partition, kafka_offset, kafka_index);
COMMENT ON COLUMN events.dead_letters.kafka_index IS 'the index of an element in the list of its record; 0 for a whole record';
COMMENT ON COLUMN events.dead_letters.is_element IS 'whether the value is that of one element of the list of a record';
COMMENT ON COLUMN events.dead_letters.envelope IS 'of an element: the record with an empty list in the place of its list, where a field comes from there';

ALTER TABLE events.late_events
  ADD COLUMN kafka_index integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT late_events_pkey,
  ADD PRIMARY KEY (source, kafka_partition, kafka_offset, kafka_index, feature_table);

ALTER TABLE asof.offset_ledger
  ADD COLUMN extra_places bigint NOT NULL DEFAULT 0,
  ADD COLUMN empty_lists bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT offset_ledger_check1,
  ADD CONSTRAINT offset_ledger_adds_up CHECK (raw + dead_letters + skipped + lost = to_offset - from_offset + extra_places);
COMMENT ON COLUMN asof.offset_ledger.extra_places IS 'how many more places than offsets the range has: the events of records with several, less these records';
COMMENT ON COLUMN asof.offset_ledger.empty_lists IS 'records whose list of events is empty; part of skipped';
