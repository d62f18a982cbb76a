-- Up Migration

-- Records may have no Kafka timestamp. `apply` does the same for the raw events of each source.
ALTER TABLE events.dead_letters ALTER COLUMN kafka_ts DROP NOT NULL;
