-- Up Migration

-- One line for each sync of an online table: which rows (those committed up to `sequence`) were readable from which
-- moment on. This is all that it takes to say later what serving answered.
CREATE TABLE asof.online_syncs (
  feature_table text NOT NULL,
  sync          integer NOT NULL,
  sync_id       uuid NOT NULL UNIQUE,
  sequence      bigint NOT NULL,
  whole         boolean NOT NULL,
  keys          bigint NOT NULL,
  rows          bigint NOT NULL,
  published_at  timestamptz,
  PRIMARY KEY (feature_table, sync)
);
COMMENT ON COLUMN asof.online_syncs.whole IS 'whether every key was written, not only those that changed';
COMMENT ON COLUMN asof.online_syncs.published_at IS 'null while it is not published; a sync that died never is';
CREATE INDEX online_syncs_by_time ON asof.online_syncs (feature_table, published_at);

CREATE TABLE asof.endpoints (
  name       text PRIMARY KEY,
  model      text NOT NULL,
  version    integer NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE asof.endpoints IS 'endpoints that serve a version of their own choice; the others serve the latest';
