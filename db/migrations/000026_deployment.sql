-- Up Migration

-- A database is a deployment. Its line tells it from every other one on the same servers.
CREATE TABLE asof.deployment (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  namespace       text,
  resetting_since timestamptz
);
CREATE UNIQUE INDEX deployment_is_one ON asof.deployment ((true));
COMMENT ON COLUMN asof.deployment.namespace IS 'in the names of what it makes on other servers; null before its first apply';
COMMENT ON COLUMN asof.deployment.resetting_since IS 'a reset began and has not ended';
INSERT INTO asof.deployment (namespace) SELECT CASE WHEN EXISTS (SELECT FROM asof.definitions) THEN 'asof' END;

-- What Asof made beside the schema asof. A reset deletes what was made, and nothing else.
CREATE TABLE asof.made (
  kind        text NOT NULL CHECK (kind IN ('relation', 'schedule', 'topic')),
  name        text NOT NULL,
  state       text NOT NULL CHECK (state IN ('intended', 'made', 'unknown')),
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, name)
);
COMMENT ON COLUMN asof.made.state IS 'intended: the record precedes the making, and no later one says that it was made; unknown: older than this table';

-- Earlier versions of Asof did not record whether they made a topic or found it.
INSERT INTO asof.made (kind, name, state)
SELECT DISTINCT 'topic', definition ->> 'topic', 'unknown' FROM asof.definitions WHERE kind = 'event_source';
INSERT INTO asof.made (kind, name, state)
SELECT DISTINCT 'schedule', 'batch-' || name, 'made' FROM asof.definitions WHERE kind = 'batch_table';
INSERT INTO asof.made (kind, name, state)
SELECT DISTINCT 'schedule', 'retention', 'made' FROM asof.definitions WHERE definition ->> 'retention' IS NOT NULL;
