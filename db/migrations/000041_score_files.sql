-- Up Migration

-- The files of predictions that Asof has written, by their content. Nothing else is overwritten. A line is written
-- before its file, so that an attempt that dies in between knows the file as its own.
CREATE TABLE asof.score_files (
  sha256        text PRIMARY KEY,
  model         text NOT NULL,
  version       integer NOT NULL,
  rows          bigint NOT NULL,
  way           text NOT NULL,
  knowledge     bigint NOT NULL,
  spine_sha256  text NOT NULL,
  written_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN asof.score_files.sha256 IS 'of the bytes of the file';
COMMENT ON COLUMN asof.score_files.knowledge IS 'the write up to which the features are known';
COMMENT ON COLUMN asof.score_files.spine_sha256 IS 'of the bytes of the file of the spine';
