-- Up Migration

-- How often the definitions that a source's records meet have changed. What was compiled from them holds a shared lock
-- until its transaction ends, and so sees every change or precedes it.
CREATE TABLE asof.source_revisions (
  source   text PRIMARY KEY,
  revision bigint NOT NULL
);

-- In plpgsql, since there each statement has a snapshot of its own: the revision is read after the lock was granted.
CREATE FUNCTION asof.hold_source_revision(held text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('asof.source_revision ' || held, 0));
  RETURN coalesce((SELECT revision FROM asof.source_revisions WHERE source = held), 0);
END $$;

CREATE FUNCTION asof.raise_source_revision(raised text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('asof.source_revision ' || raised, 0));
  INSERT INTO asof.source_revisions AS known (source, revision) VALUES (raised, 1)
  ON CONFLICT (source) DO UPDATE SET revision = known.revision + 1;
END $$;
