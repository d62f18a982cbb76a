-- Up Migration

-- Since when the first version of a row counts as known, where that is not when it was written.
ALTER TABLE asof.writes
  ADD COLUMN is_history boolean NOT NULL DEFAULT false,
  ADD COLUMN earliest_record timestamptz;
COMMENT ON COLUMN asof.writes.is_history IS 'whether its rows are of a time before it: a fill, a batch of a time before its table was applied, rows that a user imports as history';
COMMENT ON COLUMN asof.writes.earliest_record IS 'the earliest Kafka timestamp of its events; null for a write of no events, or of before it was kept';

UPDATE asof.writes SET is_history = true
FROM asof.table_fills AS fill
WHERE writes.kind = 'backfill' AND subject = feature_table AND known_at <= coalesce(done_at, 'infinity');

UPDATE asof.writes SET is_history = true
FROM asof.batch_runs AS run
JOIN asof.definitions AS applied ON applied.kind = 'batch_table' AND name = feature_table AND version = 1
WHERE writes.write_id = run.write_id AND logical_time < applied_at;

-- Which sync first published a write.
CREATE INDEX online_syncs_published ON asof.online_syncs (feature_table, sequence) WHERE published_at IS NOT NULL;
