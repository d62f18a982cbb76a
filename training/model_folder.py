"""The folder that MLflow's own clients load: one model as scikit-learn, ONNX and python_function."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import mlflow.sklearn
import numpy as np
import onnx
import pandas as pd
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec
from sklearn.pipeline import Pipeline

from task import Input, ModelFile, Task

PACKAGES = ("mlflow", "numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "scipy", "skops")
# skops loads no code. It requires a list of the types that a forged file could abuse.
# Here they are safe, because this process has just written the file.
TRUSTED_TYPES = ["numpy.dtype", "sklearn.tree._tree.Tree"]


def write_model_folder(
    folder: Path, task: Task, *, model: Pipeline, converted: onnx.ModelProto, example: pd.DataFrame
) -> list[ModelFile]:
    """Writes the model and returns its files, with paths relative to the folder."""
    description = Model()
    description.add_flavor(
        "onnx",
        onnx_version=onnx.__version__,
        data="model.onnx",
        providers=["CPUExecutionProvider"],
        onnx_session_options=None,
        code=None,
    )
    mlflow.sklearn.save_model(
        model,
        str(folder),
        mlflow_model=description,
        pyfunc_predict_fn="predict_proba",
        signature=_signature(task.inputs),
        input_example=example,
        pip_requirements=[f"{package}=={version(package)}" for package in PACKAGES],
        skops_trusted_types=TRUSTED_TYPES,
    )
    onnx.save_model(converted, str(folder / "model.onnx"))
    specification = json.dumps(task.specification, indent=2, ensure_ascii=False)
    (folder / "feature_spec.json").write_text(f"{specification}\n", encoding="utf-8")
    return [_describe(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]


def _signature(inputs: list[Input]) -> ModelSignature:
    # A truth value is a number here: MLflow's booleans have no null.
    types = {"string": "string", "double": "double", "boolean": "double"}
    columns = [ColSpec(types[column.type], column.name, required=False) for column in inputs]
    return ModelSignature(Schema(columns), Schema([TensorSpec(np.dtype("float64"), (-1, 2))]))


def _describe(path: Path, folder: Path) -> ModelFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return ModelFile(path.relative_to(folder).as_posix(), len(content), digest)
