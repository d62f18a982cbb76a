"""Loads a registered version with MLflow's own clients: `python load_model.py NAME/VERSION FILE FEATURE,…`.

Prints the P(churn = 1) that each client gives for the file's first rows and for a row of nulls.
"""

import json
import sys

import mlflow
import numpy as np
import onnxruntime
import pandas as pd
import pyarrow.parquet as pq

name, path, features = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
uri = f"models:/{name}"
rows = pq.read_table(path, columns=features).slice(0, 200).to_pandas()
rows = pd.concat([rows, pd.DataFrame({feature: [None] for feature in features})], ignore_index=True)
numbers = [field.name for field in pq.read_schema(path) if field.name in features and field.type != "string"]
rows[numbers] = rows[numbers].astype("float64")

onnx = mlflow.onnx.load_model(uri)
session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
feeds = {
    feature: rows[[feature]].to_numpy(np.float32)
    if feature in numbers
    else rows[[feature]].astype(object).where(rows[[feature]].notna(), "").to_numpy(object)
    for feature in features
}
pyfunc = mlflow.pyfunc.load_model(uri)
answers = {
    "sklearn": mlflow.sklearn.load_model(uri).predict_proba(rows)[:, 1],
    "onnx": session.run(["probabilities"], feeds)[0][:, 1],
    "pyfunc": pyfunc.predict(rows)[:, 1],
}
inputs = [(column.name, column.type.name) for column in pyfunc.metadata.signature.inputs]
print(
    json.dumps(
        {
            "probabilities": {flavor: values.tolist() for flavor, values in answers.items()},
            "inputs": inputs,
            "run": pyfunc.metadata.run_id,
            "example": pyfunc.input_example.shape[0],
        }
    )
)
