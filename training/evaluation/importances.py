"""How much worse a model gets where one input is shuffled: the same question to every estimator."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import log_loss

from estimators.predictions import predict
from sets.training_set import Rows, TrainingSet
from task import Task

MOST_ROWS = 2_000
SEED = 0


def importances(model: BaseEstimator, rows: TrainingSet, task: Task) -> list[dict]:
    """By how much the loss on val (else train) rises: of log loss for classes, else of the mean squared error.

    The greatest first.
    """
    part = _sample(rows.val if len(rows.val) else rows.train)
    least = _loss(model, part.inputs, part, rows.classes)
    random = np.random.default_rng(SEED)
    shuffled = []
    for column in task.inputs:
        inputs = part.inputs.copy()
        inputs[column.name] = random.permutation(inputs[column.name].to_numpy())
        rise = _loss(model, inputs, part, rows.classes) - least
        shuffled.append({"name": column.name, "value": float(rise)})
    return sorted(shuffled, key=lambda each: -each["value"])


def _sample(rows: Rows) -> Rows:
    if len(rows) <= MOST_ROWS:
        return rows
    chosen = np.sort(np.random.default_rng(SEED).choice(len(rows), MOST_ROWS, replace=False))
    groups = None if rows.groups is None else rows.groups[chosen]
    return Rows(rows.inputs.iloc[chosen], rows.labels[chosen], rows.weights[chosen], groups)


def _loss(model: BaseEstimator, inputs, rows: Rows, classes: list[int] | None) -> float:
    predictions = predict(model, inputs, classes)
    if classes is None:
        return float(np.average((predictions[:, 0] - rows.labels) ** 2, weights=rows.weights))
    return float(log_loss(rows.labels, predictions, labels=classes, sample_weight=rows.weights))
