-- Up Migration

-- From where on the tiles of a stream table are stored. Earlier ones are neither read nor written any more: who needs one
-- makes it of its raw events, as far as these are whole.
CREATE TABLE asof.tile_floors (
  feature_table text PRIMARY KEY,
  tiles_from    timestamptz NOT NULL
);
COMMENT ON COLUMN asof.tile_floors.tiles_from IS 'retention may have removed any tile with an earlier start; never goes back';

-- The list of late events says which of them were merged, so tiles can be made of raw events only where both are whole.
ALTER TABLE asof.retention_floors ALTER COLUMN raw_from DROP NOT NULL;
ALTER TABLE asof.retention_floors ADD COLUMN late_from timestamptz;
COMMENT ON COLUMN asof.retention_floors.raw_from IS 'retention may have removed any raw event with an earlier event time; null where it removed none; never goes back';
COMMENT ON COLUMN asof.retention_floors.late_from IS 'the same of lines of the list of late events';
INSERT INTO asof.retention_floors AS known (source, late_from)
SELECT source, now() FROM asof.offset_ledger GROUP BY source HAVING sum(expired_late) > 0
ON CONFLICT (source) DO UPDATE SET late_from = excluded.late_from;
