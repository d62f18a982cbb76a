-- Up Migration

-- Without a foreign key, as asof.training_set_rows, which holds the rows of sets of format 1.
CREATE TABLE asof.training_set_blocks (
  training_set_id text NOT NULL,
  block           integer NOT NULL,
  column_hashes   bytea NOT NULL,
  row_hashes      bytea NOT NULL,
  PRIMARY KEY (training_set_id, block)
);
-- Hashes do not compress.
ALTER TABLE asof.training_set_blocks ALTER COLUMN row_hashes SET STORAGE EXTERNAL;
COMMENT ON COLUMN asof.training_set_blocks.block IS 'from 0; each has 65536 rows, the last at most';
COMMENT ON COLUMN asof.training_set_blocks.column_hashes IS 'the SHA-256 of each column in the block, 32 bytes each, in schema order';
COMMENT ON COLUMN asof.training_set_blocks.row_hashes IS '8 bytes for each row, a salted mix that tells rows apart';
