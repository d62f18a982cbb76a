"""The estimators that a definition names. All their steps convert to ONNX."""

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline

from estimators.columns import filled_columns, native_columns
from estimators.early_stopping import EarlyStopping, keep_trees
from estimators.single_precision import round_thresholds
from problem import problem
from sets.training_set import TrainingSet
from sets.weights import fit_weights
from task import Task

Report = Callable[..., None]


def fit(rows: TrainingSet, task: Task, report: Report) -> Pipeline:
    """Trains on the train rows."""
    if task.earlyStopping is not None and len(rows.val) == 0:
        raise problem(
            "ASOF_TRAINING_ROWS_MISSING",
            f"early stopping needs rows with {task.split} = 'val', and the training set has none",
        )
    return FITS[task.estimator](rows, task, report)


def _gradient_boosting(rows: TrainingSet, task: Task, report: Report) -> Pipeline:
    parameters = task.parameters
    columns = filled_columns(task, rows.train)
    train = columns.fit_transform(rows.train.inputs)
    kind = GradientBoostingRegressor if rows.classes is None else GradientBoostingClassifier
    boosting = kind(
        n_estimators=parameters["trees"],
        learning_rate=parameters["learningRate"],
        max_depth=parameters["depth"],
        subsample=parameters["subsample"],
        random_state=parameters["seed"],
    )
    stopping = None
    if task.earlyStopping is not None:
        stopping = EarlyStopping(task.earlyStopping, columns.transform(rows.val.inputs), rows)

    def monitor(tree: int, fitted: BaseEstimator, _: dict) -> bool:
        report("training", trees=tree + 1, of=parameters["trees"])
        return stopping is not None and stopping.after(tree, fitted)

    boosting.fit(train, rows.train.labels, sample_weight=fit_weights(task, rows), monitor=monitor)
    if stopping is not None:
        keep_trees(boosting, stopping.best + 1)
    return Pipeline([("columns", columns), ("estimator", boosting)])


def _hist_gradient_boosting(rows: TrainingSet, task: Task, report: Report) -> Pipeline:
    parameters = task.parameters
    columns = native_columns(task, rows.train, ordered=rows.classes is None or rows.is_binary)
    train = columns.fit_transform(rows.train.inputs)
    report("training")
    kind = HistGradientBoostingRegressor if rows.classes is None else HistGradientBoostingClassifier
    boosting = kind(
        max_iter=parameters["trees"],
        learning_rate=parameters["learningRate"],
        max_leaf_nodes=parameters["leaves"],
        min_samples_leaf=parameters["leafRows"],
        l2_regularization=parameters["l2"],
        early_stopping=task.earlyStopping is not None,
        n_iter_no_change=task.earlyStopping or 10,
        random_state=parameters["seed"],
    )
    held_out = {}
    if task.earlyStopping is not None:
        held_out = {
            "X_val": columns.transform(rows.val.inputs),
            "y_val": rows.val.labels,
            "sample_weight_val": rows.val.weights,
        }
    boosting.fit(train, rows.train.labels, sample_weight=fit_weights(task, rows), **held_out)
    round_thresholds(boosting)
    return Pipeline([("columns", columns), ("estimator", boosting)])


def _linear(rows: TrainingSet, task: Task, report: Report) -> Pipeline:
    parameters = task.parameters
    columns = filled_columns(task, rows.train, scaled=True)
    train = np.asarray(columns.fit_transform(rows.train.inputs), dtype=np.float64)
    report("training")
    linear = (
        Ridge(alpha=parameters["l2"])
        if rows.classes is None
        else LogisticRegression(C=1 / parameters["l2"], max_iter=parameters["iterations"])
    )
    linear.fit(train, rows.train.labels, sample_weight=fit_weights(task, rows))
    return Pipeline([("columns", columns), ("estimator", linear)])


FITS = {
    "gradientBoosting": _gradient_boosting,
    "histGradientBoosting": _hist_gradient_boosting,
    "linear": _linear,
}
