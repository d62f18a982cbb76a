"""Reads a training set: only the columns that the model needs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from folders import checked_rows
from problem import problem
from sets.labels import class_labels, number_labels
from task import Input, Task
from unchanged import require_unchanged

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Rows:
    inputs: pd.DataFrame
    labels: np.ndarray
    weights: np.ndarray
    groups: np.ndarray | None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class TrainingSet:
    train: Rows
    val: Rows
    test: Rows
    classes: list[int] | None
    """The labels that the model tells apart, in order. None: it predicts a number."""

    @property
    def is_binary(self) -> bool:
        return self.classes == [0, 1]

    def parts(self) -> dict[str, Rows]:
        return {"train": self.train, "val": self.val, "test": self.test}


def read_training_set(task: Task, folder: Path) -> TrainingSet:
    """The rows of each split, in the order of the file. Leaves out rows of no split."""
    path = checked_rows(folder)
    require_unchanged(path, task.rowsSha256)
    table = _read(task, path)
    frame = pd.DataFrame({column.name: _values(table[column.name], column) for column in task.inputs})
    splits = np.array(table[task.split].to_pylist(), dtype=object)
    chosen = {name: splits == name for name in SPLITS}
    labels = np.array(table[task.label].to_pylist(), dtype=object)
    is_classes = task.task == "classification"
    labels, classes = class_labels(task, labels, chosen) if is_classes else (number_labels(task, labels, chosen), None)
    weights = _weights(task, table)
    _require_weight(task, weights, {name: these for name, these in chosen.items() if these.any()})
    train = chosen["train"]
    _require_weight(task, weights, {f"label {label} in train": train & (labels == label) for label in classes or []})
    groups = None if task.group is None else np.array([str(key) for key in table[task.group].to_pylist()])

    def rows(name: str) -> Rows:
        these = chosen[name]
        return Rows(frame[these], labels[these], weights[these], None if groups is None else groups[these])

    return TrainingSet(rows("train"), rows("val"), rows("test"), classes)


def _read(task: Task, path: Path) -> pa.Table:
    own = [name for name in (task.weight, task.group) if name is not None]
    columns = list(dict.fromkeys([task.label, task.split, *own, *(column.name for column in task.inputs)]))
    # Of a file alone: a path would give its folders' names as columns, such as `user_id=7`.
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        missing = [name for name in columns if name not in names]
        if missing:
            raise problem(
                "ASOF_TRAINING_COLUMN_MISSING",
                f"the training set lacks the columns {', '.join(missing)}",
            )
        return file.read(columns=columns)


def _values(column, wanted: Input) -> np.ndarray:
    """Numbers as doubles with NaN for null, and true as 1. Texts as objects with '' for null, as in the ONNX model."""
    if wanted.type == "string":
        return np.array(["" if value is None else str(value) for value in column.to_pylist()], dtype=object)
    return column.cast(pa.float64()).to_numpy()


def _weights(task: Task, table: pa.Table) -> np.ndarray:
    if task.weight is None:
        return np.ones(table.num_rows)
    weights = table[task.weight].cast(pa.float64()).to_numpy()
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise problem(
            "ASOF_TRAINING_WEIGHT_INVALID",
            f"column '{task.weight}' of the training set must be a finite number, not below 0, in every row",
        )
    return weights


def _require_weight(task: Task, weights: np.ndarray, chosen: dict[str, np.ndarray]) -> None:
    """Rows that all weigh nothing can neither be learnt from nor measured."""
    for name, these in chosen.items():
        if weights[these].sum() == 0:
            raise problem(
                "ASOF_TRAINING_WEIGHT_INVALID",
                f"column '{task.weight}' of the training set is 0 in all rows of {name}; "
                "weigh some of them, or leave them out of the split",
            )
