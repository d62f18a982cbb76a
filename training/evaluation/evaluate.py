"""The model's metrics on rows that it was not trained on, and those of the baselines that it must beat."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from estimators.predictions import predict
from evaluation import class_metrics, number_metrics, ranking_metrics
from evaluation.importances import importances
from sets.training_set import Rows, TrainingSet
from task import Input, Task

EVALUATED = ("val", "test")
EVALUATION = "evaluation.json"


@dataclass(frozen=True)
class Evaluation:
    metrics: dict[str, float]
    warnings: list[str]
    details: dict
    """The curves and tables of which pictures are drawn: `evaluation.json`."""

    def write(self, folder: Path) -> None:
        (folder / EVALUATION).write_text(json.dumps(self.details, ensure_ascii=False), encoding="utf-8")


def evaluate(model: BaseEstimator, rows: TrainingSet, task: Task) -> Evaluation:
    """Leaves out a split without rows, and what cannot be told of a split, such as the AUC of one label."""
    measures = _measures_of(task, rows)
    recency = _recency(rows, task)
    metrics: dict[str, float] = {}
    warnings: list[str] = []
    splits: dict[str, dict] = {}
    for name in EVALUATED:
        part = rows.parts()[name]
        if len(part) == 0:
            continue
        predictions = predict(model, part.inputs, rows.classes)
        found = measures.measure(predictions, part, rows, None if recency is None else recency(part))
        # Where all rows of a class weigh nothing, some cannot be told.
        metrics |= {f"{name}_{key}": float(value) for key, value in found["metrics"].items() if np.isfinite(value)}
        warnings += [f"on {name}: {warning}" for warning in found["warnings"]]
        splits[name] = {"rows": len(part), **found["details"]}
    details = {
        "task": task.task,
        "classes": rows.classes,
        "recency": task.recency,
        "splits": splits,
        "importances": importances(model, rows, task),
    }
    return Evaluation(metrics, warnings, details)


def _measures_of(task: Task, rows: TrainingSet):
    if task.task == "ranking":
        return ranking_metrics
    return number_metrics if rows.classes is None else class_metrics


def _recency(rows: TrainingSet, task: Task):
    """The rank by the input `recency` alone. The train rows decide whether it ranks up or down."""
    column = next((column for column in task.inputs if column.name == task.recency), None)
    if column is None:
        return None
    values = _filled(rows.train, column)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.corrcoef(_ranks(values), _ranks(rows.train.labels))[0, 1]
    sign = -1 if slope < 0 else 1
    return lambda part: sign * _filled(part, column)


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1]


def _filled(rows: Rows, column: Input) -> np.ndarray:
    return rows.inputs[column.name].fillna(column.fill).to_numpy()
