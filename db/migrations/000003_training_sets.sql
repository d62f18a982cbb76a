-- Up Migration

CREATE TABLE asof.training_sets (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  manifest   json NOT NULL, -- json, not jsonb: the order of columns is part of a manifest
  rows       bigint NOT NULL,
  sha256     text NOT NULL,
  path       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN asof.training_sets.id IS 'names the content: the same rows from the same definitions have the same id';
COMMENT ON COLUMN asof.training_sets.path IS 'where the rows were last written';

-- Without a foreign key, whose check would be made row by row: both are written in one transaction.
CREATE TABLE asof.training_set_rows (
  training_set_id text NOT NULL,
  row_number      bigint NOT NULL,
  hash            bytea NOT NULL,
  PRIMARY KEY (training_set_id, row_number)
);
COMMENT ON COLUMN asof.training_set_rows.row_number IS 'from 0, in the order of the spine';
COMMENT ON COLUMN asof.training_set_rows.hash IS 'SHA-256 of the manifest''s salt followed by the canonical row';
