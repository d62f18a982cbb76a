-- Up Migration

-- What the tiles of an entity that are admitted by `through` come to, so that a lifetime is not read from its beginning
-- at every micro-batch. It can be told from the tiles, so a row may be deleted at any time under the entity's lock.
CREATE TABLE asof.lifetime_carries (
  feature_table text NOT NULL,
  -- The primary key's values, as a JSON list.
  entity        text NOT NULL,
  through       timestamptz NOT NULL,
  -- Where the first tile starts that is admitted after `through`.
  open_from     timestamptz,
  partials      json NOT NULL,
  PRIMARY KEY (feature_table, entity)
);
