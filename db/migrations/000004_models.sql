-- Up Migration

CREATE TABLE asof.models (
  name            text NOT NULL,
  version         integer NOT NULL,
  run_id          text NOT NULL UNIQUE,
  training_set_id text NOT NULL,
  registered_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, version)
);
COMMENT ON TABLE asof.models IS 'which training set each registered model version was trained on';
COMMENT ON COLUMN asof.models.run_id IS 'the MLflow run that trained it';
CREATE INDEX models_by_training_set ON asof.models (training_set_id);
