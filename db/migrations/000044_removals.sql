-- Up Migration

-- Removed versions stay readable: training sets and model versions were made from them.
ALTER TABLE asof.definitions ADD COLUMN removed_at timestamptz;
COMMENT ON COLUMN asof.definitions.removed_at IS 'when the definition was removed; null while it is registered';

-- A removal begins when the definition leaves the registry, and ends when nothing of it is left. One that was
-- interrupted is finished by the next removal or apply.
CREATE TABLE asof.removals (
  kind     text NOT NULL,
  name     text NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now(),
  topics   text[] NOT NULL,
  files    json NOT NULL,
  done_at  timestamptz
);
CREATE UNIQUE INDEX one_open_removal ON asof.removals (kind, name) WHERE done_at IS NULL;
COMMENT ON COLUMN asof.removals.kind IS 'of the definition; built_training_set for a built training set';
COMMENT ON COLUMN asof.removals.topics IS 'the Kafka topics to delete';
COMMENT ON COLUMN asof.removals.files IS 'the files of the training set, each with its host, path, and SHA-256 of its bytes';
