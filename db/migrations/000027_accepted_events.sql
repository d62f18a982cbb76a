-- Up Migration

-- Offsets that the ledger counts and no table stores, by reason. What is left of `skipped` is absent: transaction
-- markers, aborted and compacted records.
ALTER TABLE asof.offset_ledger
  ADD COLUMN filtered bigint NOT NULL DEFAULT 0,
  ADD COLUMN tombstones bigint NOT NULL DEFAULT 0,
  ADD COLUMN invalid_fields jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN asof.offset_ledger.skipped IS 'offsets that no table stores: filtered records, skipped tombstones, and offsets without a record';
COMMENT ON COLUMN asof.offset_ledger.filtered IS 'records that are not for the source, as its filter says';
COMMENT ON COLUMN asof.offset_ledger.tombstones IS 'records without a value that the source skips';
COMMENT ON COLUMN asof.offset_ledger.invalid_fields IS 'by field: how many raw events have null since their value did not fit';

-- By name: the bytes of the headers as base64. Null if the record has none.
ALTER TABLE events.dead_letters ADD COLUMN headers jsonb;

CREATE FUNCTION asof.sum_by_name(counts jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(jsonb_object_agg(name, total), '{}')
  FROM (
    SELECT key AS name, sum(value::bigint) AS total
    FROM unnest(counts) AS count CROSS JOIN jsonb_each_text(count) GROUP BY key
  ) AS summed
$$;
COMMENT ON FUNCTION asof.sum_by_name IS 'the sums of several counts by name, such as {"revenue": 2}';
