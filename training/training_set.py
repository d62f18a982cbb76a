"""Reads a training set: only the columns that the model needs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from folders import checked_rows
from problem import problem
from task import Input, Task
from unchanged import require_unchanged

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Rows:
    inputs: pd.DataFrame
    labels: np.ndarray

    @property
    def both_classes(self) -> bool:
        return len(np.unique(self.labels)) == 2


def read_training_set(task: Task, folder: Path) -> dict[str, Rows]:
    """The rows of each split, in the order of the file. Leaves out rows of no split."""
    path = checked_rows(folder)
    require_unchanged(path, task.rowsSha256)
    table = _read(task, path)
    frame = pd.DataFrame({column.name: _values(table[column.name], column) for column in task.inputs})
    splits = np.array(table[task.split].to_pylist(), dtype=object)
    labels = np.array(table[task.label].to_pylist(), dtype=object)
    rows = {name: _rows_of(task, frame, labels, splits == name) for name in SPLITS}
    if not rows["train"].both_classes:
        raise problem(
            "ASOF_TRAINING_ROWS_MISSING",
            f"the {len(rows['train'].labels)} rows of the training set with {task.split} = 'train' do not have both "
            f"labels 0 and 1 in '{task.label}'; nothing can be learnt from them",
        )
    return rows


def _read(task: Task, path: Path) -> pa.Table:
    columns = [task.label, task.split, *(column.name for column in task.inputs)]
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
    return np.array([np.nan if value is None else float(value) for value in column.to_pylist()])


def _rows_of(task: Task, frame: pd.DataFrame, labels: np.ndarray, chosen: np.ndarray) -> Rows:
    unknown = sum(label not in (0, 1) for label in labels[chosen])
    if unknown:
        raise problem(
            "ASOF_TRAINING_LABEL_INVALID",
            f"column '{task.label}' of the training set must be 0 or 1 in every row; {unknown} rows have something else",
        )
    return Rows(frame[chosen], labels[chosen].astype(int))
