-- Up Migration

-- How far the schedule of each batch table is complete. A scheduled run computes every logical time after it that has no
-- run, so a start that was dropped, or a pause, loses none.
CREATE TABLE asof.batch_schedules (
  feature_table text PRIMARY KEY,
  complete_to   timestamptz NOT NULL
);
COMMENT ON COLUMN asof.batch_schedules.complete_to IS 'up to this moment, no logical time of the schedule is left to compute';

INSERT INTO asof.batch_schedules (feature_table, complete_to)
SELECT name, coalesce((SELECT max(logical_time) FROM asof.batch_runs WHERE feature_table = name), now())
FROM asof.definitions WHERE kind = 'batch_table' GROUP BY name;

-- What a table that joined its source later lacks, and the rule by which its past is filled in.
ALTER TABLE asof.table_fills ADD COLUMN raw_from timestamptz;
ALTER TABLE asof.table_fills ADD COLUMN late text;
COMMENT ON COLUMN asof.table_fills.raw_from IS 'the table counts no event before it, since retention had removed raw events; null if it had removed none';
COMMENT ON COLUMN asof.table_fills.late IS 'what the source does with late events, as of the first step of the fill';

-- Tables that joined before: at most what retention has removed by now.
UPDATE asof.table_fills AS fill SET raw_from = floor.raw_from FROM asof.retention_floors AS floor WHERE floor.source = fill.source;
