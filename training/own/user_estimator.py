"""A user's own estimator: what `make_estimator(inputs, parameters, seed)` of a Python file returns."""

import traceback
from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from estimators.columns import filled_columns, known_categories
from problem import problem
from sets.training_set import TrainingSet
from sets.weights import fit_weights
from task import Task

FILE = "estimator.py"
FUNCTION = "make_estimator"


def fit_own(task: Task, rows: TrainingSet, report: Callable[..., None]) -> BaseEstimator:
    """Trains on the train rows. What is no Pipeline gets its inputs as gradient boosting does."""
    inputs = [
        {
            "name": column.name,
            "type": column.type,
            "fill": column.fill,
            "categories": known_categories(task, column, rows.train) if column.type == "string" else None,
        }
        for column in task.inputs
    ]
    parameters = {name: value for name, value in task.parameters.items() if name != "seed"}
    made = _run(lambda: _load(task.code.source)(inputs, parameters, task.parameters["seed"]))
    method = "predict" if rows.classes is None else "predict_proba"
    lacking = [name for name in ("fit", "predict", method) if not hasattr(made, name)]
    if lacking:
        raise _failed(f"{FUNCTION} returned a {type(made).__name__}, which has no {lacking[0]}")
    model = made if isinstance(made, Pipeline) else _with_columns(made, task, rows)
    weights = _weight_argument(model, task, rows)
    report("training")
    _run(lambda: model.fit(rows.train.inputs, rows.train.labels, **weights))
    if rows.classes is not None and list(model.classes_) != rows.classes:
        raise _failed(f"its classes are {list(model.classes_)}, and those of the train rows {rows.classes}")
    return model


def _with_columns(estimator: BaseEstimator, task: Task, rows: TrainingSet) -> Pipeline:
    return Pipeline([("columns", filled_columns(task, rows.train)), ("estimator", estimator)])


def _load(source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"__name__": "estimator", "__file__": FILE}
    exec(compile(source, FILE, "exec"), names)
    if not callable(names.get(FUNCTION)):
        raise _failed(f"it has no function {FUNCTION}(inputs, parameters, seed)")
    return names[FUNCTION]


def _weight_argument(model: Pipeline, task: Task, rows: TrainingSet) -> dict[str, Any]:
    weights = fit_weights(task, rows)
    if weights is None:
        return {}
    name, last = model.steps[-1]
    if not has_fit_parameter(last, "sample_weight"):
        raise _failed(f"fit of {type(last).__name__} takes no sample_weight, and the rows have weights")
    return {f"{name}__sample_weight": weights}


def _run(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except MemoryError:
        raise
    except Exception as error:
        if getattr(error, "type", None) == CODE:
            raise
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
        where = f" in line {frames[-1].lineno}" if frames else ""
        raise _failed(f"{type(error).__name__}{where}: {str(error)[:500]}") from None


CODE = "ASOF_ESTIMATOR_FAILED"


def _failed(why: str) -> Exception:
    return problem(CODE, f"the estimator's Python file: {why}")
