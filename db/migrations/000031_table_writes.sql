-- Up Migration

-- What users wrote into reference and external tables: which rows came from where.
CREATE TABLE asof.table_writes (
  write_id    bigint PRIMARY KEY,
  kind        text NOT NULL,
  table_name  text NOT NULL,
  origin      text NOT NULL,
  sha256      text NOT NULL,
  rows        bigint NOT NULL,
  changed     bigint NOT NULL,
  written_by  text NOT NULL DEFAULT session_user
);
CREATE INDEX table_writes_of_table ON asof.table_writes (table_name, write_id);
COMMENT ON COLUMN asof.table_writes.kind IS 'of the definition: reference_table or external_table';
COMMENT ON COLUMN asof.table_writes.origin IS 'the name of the file, without its folder; - for standard input; rows for rows of a program';
COMMENT ON COLUMN asof.table_writes.sha256 IS 'of the bytes of the file; of rows of a program, of their JSON, each with a line feed';
COMMENT ON COLUMN asof.table_writes.written_by IS 'the login of the writer in Postgres';
