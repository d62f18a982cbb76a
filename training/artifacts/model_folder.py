"""The folder that MLflow's own clients load: one model as scikit-learn, ONNX and python_function."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import mlflow.sklearn
import onnx
import pandas as pd
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema
from mlflow.types.schema import AnyType
from sklearn.base import BaseEstimator

from estimators.predictions import output_description, output_names
from task import Input, ModelFile, Task

# Part of the model. Loads its python_function.
ANSWERS = Path(__file__).with_name("asof_model.py")
PACKAGES = ("mlflow", "numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "scipy", "skops")

# skops loads no code. It requires a list of the types that a forged file could abuse.
# Here they are safe, because this process has just made the model.
TRUSTED_TYPES = [
    "numpy.asarray",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
]


def write_model_folder(
    folder: Path,
    task: Task,
    *,
    model: BaseEstimator,
    classes: list[int] | None,
    converted: onnx.ModelProto | None,
    example: pd.DataFrame,
) -> list[ModelFile]:
    """Writes the model and returns its files, with paths relative to the folder."""
    names = output_names(task.task, classes)
    description = Model()
    if converted is not None:
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
        code_paths=[str(ANSWERS)],
        # A user's own classes are code, which skops cannot keep.
        serialization_format="skops" if task.code is None else "cloudpickle",
        signature=_signature(task.inputs, names),
        metadata={"asof_outputs": names},
        input_example=example,
        pip_requirements=[f"{package}=={version(package)}" for package in _packages(task)],
        skops_trusted_types=TRUSTED_TYPES if task.code is None else None,
    )
    _name_answers(folder)
    if converted is not None:
        onnx.save_model(converted, str(folder / "model.onnx"))
    if task.code is not None:
        (folder / "estimator.py").write_text(task.code.source, encoding="utf-8")
    specification = {**task.specification, **output_description(task.task, classes)}
    text = json.dumps(specification, indent=2, ensure_ascii=False)
    (folder / "feature_spec.json").write_text(f"{text}\n", encoding="utf-8")
    return [_describe(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]


def _packages(task: Task) -> tuple[str, ...]:
    return PACKAGES if task.code is None else (*PACKAGES, "cloudpickle")


def _signature(inputs: list[Input], outputs: list[str]) -> ModelSignature:
    """A number may be whole, a truth value or a double: pandas makes doubles of whole numbers where one is null.

    MLflow would refuse one of them for another, so numbers have any type.
    """
    columns = [
        ColSpec("string" if column.type == "string" else AnyType(), column.name, required=False)
        for column in inputs
    ]
    return ModelSignature(Schema(columns), Schema([ColSpec("double", name) for name in outputs]))


def _name_answers(folder: Path) -> None:
    """Has `asof_model` load the python_function, whose answers are named."""
    path = folder / "MLmodel"
    description = Model.load(str(path))
    description.flavors["python_function"]["loader_module"] = ANSWERS.stem
    description.flavors["python_function"].pop("predict_fn", None)
    description.save(str(path))


def _describe(path: Path, folder: Path) -> ModelFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return ModelFile(path.relative_to(folder).as_posix(), len(content), digest)
