"""Loads a registered version with MLflow's own clients: `python load_model.py NAME/VERSION FILE FEATURE,…`.

Prints what each client predicts for the file's first rows, as pandas reads them, and for a row of nulls: the
probability of the last class, or the number. Rows without nulls must get the same, whose whole numbers have another
type in pandas.
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
table = pq.read_table(path, columns=features).slice(0, 200)
rows = table.to_pandas()
places = np.flatnonzero(rows.notna().all(axis=1))
whole = table.take(places).to_pandas()
rows = pd.concat([rows, pd.DataFrame({feature: [None] for feature in features})], ignore_index=True)
texts = [field.name for field in pq.read_schema(path) if field.name in features and field.type == "string"]

onnx = mlflow.onnx.load_model(uri)
session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
sklearn, pyfunc = mlflow.sklearn.load_model(uri), mlflow.pyfunc.load_model(uri)
has_classes = hasattr(sklearn, "predict_proba")


def feed(frame: pd.DataFrame, feature: str) -> np.ndarray:
    column = frame[[feature]].astype(object)
    return column.where(column.notna(), "").to_numpy(object) if feature in texts else column.to_numpy(np.float32)


def answers(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    feeds = {tensor.name: feed(frame, tensor.name) for tensor in session.get_inputs()}
    found = {
        "sklearn": sklearn.predict_proba(frame) if has_classes else sklearn.predict(frame),
        "onnx": session.run(["probabilities" if has_classes else "prediction"], feeds)[0],
        "pyfunc": pyfunc.predict(frame).to_numpy(),
    }
    return {flavor: np.asarray(values, dtype=float).reshape(len(frame), -1)[:, -1] for flavor, values in found.items()}


found = answers(rows)
for flavor, values in answers(whole).items() if len(whole) else ():
    assert np.allclose(values, found[flavor][places], rtol=0, atol=1e-6), f"{flavor} differs for rows without nulls"
inputs = [(column.name, str(column.type)) for column in pyfunc.metadata.signature.inputs]
print(
    json.dumps(
        {
            "probabilities": {flavor: values.tolist() for flavor, values in found.items()},
            "whole": sorted({str(kind) for kind in whole.dtypes}) if len(whole) else [],
            "inputs": inputs,
            "outputs": [column.name for column in pyfunc.metadata.signature.outputs],
            "run": pyfunc.metadata.run_id,
            "example": pyfunc.input_example.shape[0],
        }
    )
)
