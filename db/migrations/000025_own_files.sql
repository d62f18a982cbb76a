-- Up Migration

-- The files that builds have written, by their content. Nothing else is overwritten. A line is written before its file,
-- so that an attempt that dies in between knows the file as its own.
CREATE TABLE asof.training_set_files (
  sha256          text PRIMARY KEY,
  training_set_id text NOT NULL,
  written_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN asof.training_set_files.sha256 IS 'of the bytes of the Parquet file';

ALTER TABLE asof.training_sets ADD COLUMN host text;
COMMENT ON COLUMN asof.training_sets.host IS 'the host on which path is; null where it was written before hosts were told apart';

ALTER TABLE asof.models ADD COLUMN files json;
COMMENT ON COLUMN asof.models.files IS 'the SHA-256 of each file of the model by its path, as logged; null for a version of before hashes were kept';
