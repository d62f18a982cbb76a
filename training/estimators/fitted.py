"""A fitted model and its ONNX, of the estimators that a definition names and of a user's own."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
from onnx import ModelProto
from sklearn.base import BaseEstimator

from artifacts.onnx_model import TOLERANCE, check_equal, convert, difference
from estimators.built_in import fit
from own.user_estimator import fit_own
from sets.training_set import TrainingSet
from task import Task


@dataclass(frozen=True)
class Served:
    """What serving needs. Without ONNX the model is for Python alone."""

    onnx: ModelProto | None
    metrics: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def fitted(task: Task, rows: TrainingSet, report: Callable[..., None]) -> tuple[BaseEstimator, Served]:
    if task.code is not None:
        model = fit_own(task, rows, report)
        report("converting to ONNX")
        return model, _of_own(model, task, rows)
    model = fit(rows, task, report)
    report("converting to ONNX")
    converted = convert(model, task.inputs, rows.classes)
    differs = difference(converted, model, task.inputs, _compared(rows), rows.classes)
    check_equal(differs)
    return model, Served(converted, {"onnx_max_difference": differs})


def _compared(rows: TrainingSet) -> pd.DataFrame:
    """The rows on which ONNX must answer as the model does: those of val, else of train."""
    return (rows.val if len(rows.val) else rows.train).inputs


def _of_own(model: BaseEstimator, task: Task, rows: TrainingSet) -> Served:
    try:
        converted = convert(model, task.inputs, rows.classes)
        differs = difference(converted, model, task.inputs, _compared(rows), rows.classes)
    # The converters of libraries raise whatever they like about what they do not know.
    except Exception as error:
        return _for_python_alone(f"it does not convert to ONNX: {type(error).__name__}: {str(error)[:300]}")
    if differs > TOLERANCE:
        return _for_python_alone(f"its ONNX differs by up to {differs:.2e}, more than {TOLERANCE:.0e}")
    return Served(converted, {"onnx_max_difference": differs})


def _for_python_alone(why: str) -> Served:
    return Served(None, notes=[f"the model is for Python alone, and can be neither served nor scored by Asof: {why}"])
