-- Up Migration

-- What retention has removed of a range. Its records are counted in `raw`, `dead_letters` and `late` for ever; what is
-- still there is the difference.
ALTER TABLE asof.offset_ledger
  ADD COLUMN expired bigint NOT NULL DEFAULT 0,
  ADD COLUMN expired_late bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN asof.offset_ledger.expired IS 'raw events and dead letters of the range that retention removed';
COMMENT ON COLUMN asof.offset_ledger.expired_late IS 'late events of the write that retention removed from the list';
