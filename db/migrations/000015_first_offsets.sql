-- Up Migration

-- Where a partition's first range must begin: without it, offsets that were passed over before the first range, or in
-- place of it, could not be told from a late start.
ALTER TABLE asof.stream_cursors ADD COLUMN first_offset bigint;
UPDATE asof.stream_cursors SET first_offset = coalesce(
  (SELECT min(from_offset) FROM asof.offset_ledger AS entry
   WHERE entry.source = stream_cursors.source AND entry.kafka_partition = stream_cursors.kafka_partition),
  next_offset);
ALTER TABLE asof.stream_cursors ALTER COLUMN first_offset SET NOT NULL;
