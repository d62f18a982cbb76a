-- Up Migration

-- Rows of stream tables that `apply` made before.
DO $$
DECLARE relation text;
DECLARE room text;
BEGIN
  FOR relation IN SELECT DISTINCT name FROM asof.definitions WHERE kind = 'stream_table' LOOP
    FOREACH room IN ARRAY ARRAY['features', 'history'] LOOP
      EXECUTE format('ALTER TABLE IF EXISTS %I.%I ADD COLUMN IF NOT EXISTS approximate_features text[]', room, relation);
    END LOOP;
  END LOOP;
END $$;
