-- Up Migration

-- The role that batch queries log in as. Nobody but the owner of this schema may read the line.
CREATE TABLE asof.query_login (
  role     text NOT NULL,
  password text
);
CREATE UNIQUE INDEX query_login_is_one ON asof.query_login ((true));
COMMENT ON TABLE asof.query_login IS 'the role that batch queries log in as; made by apply';
COMMENT ON COLUMN asof.query_login.password IS 'null where somebody else made the role, and ASOF_QUERY_DATABASE_URL has the password';

-- A batch query may call asof.exact. These two write.
REVOKE EXECUTE ON FUNCTION asof.hold_source_revision(text), asof.raise_source_revision(text) FROM PUBLIC;
