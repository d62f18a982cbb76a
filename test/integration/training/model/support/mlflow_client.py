"""What MLflow's ordinary client has of a version: `python mlflow_client.py NAME VERSION FILE`.

Prints the known versions, the dataset and the evaluation of the version's run, and what the loaded model predicts for
the rows of FILE.
"""

import json
import sys

import mlflow
import pandas as pd
from mlflow import MlflowClient

name, version, path = sys.argv[1:]
client = MlflowClient()
found = client.get_model_version(name, version)
run = client.get_run(found.run_id)
dataset = run.inputs.dataset_inputs[0].dataset
importances = client.load_table(run.info.experiment_id, "evaluation/importances.json", [found.run_id])
model = mlflow.pyfunc.load_model(f"models:/{name}/{version}")
rows = pd.read_parquet(path)[model.metadata.get_input_schema().input_names()]
print(
    json.dumps(
        {
            "versions": [int(one.version) for one in client.search_model_versions(f"name='{name}'")],
            "tags": found.tags,
            "digest": dataset.digest,
            "source": json.loads(dataset.source),
            "predictions": model.predict(rows)["probability_1"].tolist(),
            "evaluation": [file.path for file in client.list_artifacts(found.run_id, "evaluation")],
            "importances": importances["name"].tolist(),
        }
    )
)
