-- Up Migration

-- Stream tables that joined a source after it had been read: their past is filled in from the raw events, in the order
-- of event time. Tables that were there from the start have no line.
CREATE TABLE asof.table_fills (
  feature_table text PRIMARY KEY,
  source        text NOT NULL,
  since         timestamptz NOT NULL DEFAULT now(),
  filled_to     timestamptz,
  fill_to       timestamptz,
  done_at       timestamptz
);
COMMENT ON COLUMN asof.table_fills.filled_to IS 'tiles that start before it, and windows that end by it, are filled';
COMMENT ON COLUMN asof.table_fills.fill_to IS 'when filled_to gets here, the table is filled';

ALTER TABLE events.late_events ADD COLUMN merged_by bigint;
COMMENT ON COLUMN events.late_events.merged_by IS 'the write that merged the event into the windows it had missed; null while it is only listed';
CREATE INDEX late_events_kept ON events.late_events (feature_table, event_ts) WHERE merged_by IS NULL;
