-- Up Migration

-- Where raw events lack a field, since they were read while the source had not declared it: offsets of a partition, and
-- the writes that stored the events. A gap is filled from the records that Kafka still has.
CREATE TABLE asof.field_gaps (
  gap_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source          text NOT NULL,
  field           text NOT NULL,
  kafka_partition integer NOT NULL,
  from_offset     bigint NOT NULL,
  to_offset       bigint,
  from_write      bigint NOT NULL,
  to_write        bigint,
  next_offset     bigint NOT NULL,
  since           timestamptz NOT NULL DEFAULT now(),
  filled          bigint NOT NULL DEFAULT 0,
  gone            bigint NOT NULL DEFAULT 0,
  unread          bigint NOT NULL DEFAULT 0,
  complete_from   timestamptz,
  done_at         timestamptz
);
CREATE INDEX field_gaps_by_field ON asof.field_gaps (source, field, kafka_partition);
COMMENT ON COLUMN asof.field_gaps.to_offset IS 'null while the source does not declare the field';
COMMENT ON COLUMN asof.field_gaps.to_write IS 'events of this write and of later ones have the field; null while the source does not declare it';
COMMENT ON COLUMN asof.field_gaps.next_offset IS 'the records before it were read again';
COMMENT ON COLUMN asof.field_gaps.filled IS 'raw events that got the value of their record, which may be null';
COMMENT ON COLUMN asof.field_gaps.gone IS 'raw events that lack the field, since Kafka no longer had their records';
COMMENT ON COLUMN asof.field_gaps.unread IS 'raw events that lack the field, since their records cannot be read as the source now says';
COMMENT ON COLUMN asof.field_gaps.complete_from IS 'no event at or after this moment lacks the field; null if none does, or while it is being filled';

-- Until a gap is filled: the offsets of which no event was found and filled. Most of them never were an event.
CREATE TABLE asof.field_gap_rests (
  gap_id  bigint NOT NULL REFERENCES asof.field_gaps ON DELETE CASCADE,
  offsets int8range NOT NULL,
  is_gone boolean NOT NULL
);
CREATE INDEX field_gap_rests_by_gap ON asof.field_gap_rests (gap_id);

-- A table joins its source when the fields that it reads are filled. Until then the stream writes nothing into it.
ALTER TABLE asof.table_fills ADD COLUMN awaits_fields boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN asof.table_fills.awaits_fields IS 'whether the table waits until gaps of the fields that it reads are filled';
