-- Up Migration

-- Relations of the user's own definitions are made by `apply` beside these:
-- events.<source>, tiles.<table>, features.<table>, history.<table>.
CREATE EXTENSION IF NOT EXISTS timescaledb;
CREATE SCHEMA events;
CREATE SCHEMA tiles;
CREATE SCHEMA features;
CREATE SCHEMA history;

CREATE TABLE asof.definitions (
  kind       text NOT NULL,
  name       text NOT NULL,
  version    integer NOT NULL,
  sha256     text NOT NULL,
  definition json NOT NULL, -- json, not jsonb: the order of columns is part of a definition
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, name, version)
);

-- Every transaction that writes rows draws a write id, and as its last step, holding one advisory lock until it
-- commits, takes the next sequence here. So sequence order is commit order, and a knowledge cut ("what was known
-- at sequence n") is safe against transactions in flight and survives dump and restore.
CREATE SEQUENCE asof.write_ids AS bigint;
CREATE TABLE asof.writes (
  write_id bigint PRIMARY KEY,
  sequence bigint NOT NULL UNIQUE,
  known_at timestamptz NOT NULL,
  kind     text NOT NULL,
  subject  text NOT NULL
);
COMMENT ON COLUMN asof.writes.known_at IS 'when the write was committed; never goes back';

CREATE TABLE asof.stream_cursors (
  source          text NOT NULL,
  kafka_partition integer NOT NULL,
  next_offset     bigint NOT NULL,
  watermark       timestamptz,
  PRIMARY KEY (source, kafka_partition)
);

CREATE TABLE asof.offset_ledger (
  source          text NOT NULL,
  kafka_partition integer NOT NULL,
  from_offset     bigint NOT NULL,
  to_offset       bigint NOT NULL,
  raw             bigint NOT NULL,
  dead_letters    bigint NOT NULL,
  skipped         bigint NOT NULL,
  lost            bigint NOT NULL,
  late            bigint NOT NULL,
  write_id        bigint NOT NULL,
  PRIMARY KEY (source, kafka_partition, from_offset),
  CHECK (from_offset < to_offset),
  CHECK (raw + dead_letters + skipped + lost = to_offset - from_offset)
);
COMMENT ON TABLE asof.offset_ledger IS 'which write took which Kafka offsets [from, to), and what became of them';
COMMENT ON COLUMN asof.offset_ledger.skipped IS 'offsets without a record: transaction markers, aborted and compacted records';
COMMENT ON COLUMN asof.offset_ledger.lost IS 'records that Kafka had deleted before they were read';

CREATE TABLE events.dead_letters (
  source          text NOT NULL,
  kafka_partition integer NOT NULL,
  kafka_offset    bigint NOT NULL,
  kafka_ts        timestamptz NOT NULL,
  key             bytea,
  value           bytea,
  reason          text NOT NULL,
  detail          text NOT NULL,
  write_id        bigint NOT NULL,
  PRIMARY KEY (source, kafka_partition, kafka_offset)
);

CREATE TABLE events.late_events (
  source          text NOT NULL,
  kafka_partition integer NOT NULL,
  kafka_offset    bigint NOT NULL,
  feature_table   text NOT NULL,
  key             text[] NOT NULL,
  event_ts        timestamptz NOT NULL,
  watermark       timestamptz NOT NULL,
  missed_windows  timestamptz[] NOT NULL,
  write_id        bigint NOT NULL,
  PRIMARY KEY (source, kafka_partition, kafka_offset, feature_table)
);
COMMENT ON COLUMN events.late_events.missed_windows IS 'the ends of the windows that the event came too late for';
