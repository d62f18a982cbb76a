-- Up Migration

-- What the stream read last in each partition: if Kafka holds another record there, the topic is another one.
ALTER TABLE asof.stream_cursors
  ADD COLUMN last_offset bigint,
  ADD COLUMN last_fingerprint text;
