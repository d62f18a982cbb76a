"""Ends boosting when more trees do not improve the loss on val."""

import numpy as np
from scipy.special import logsumexp
from sklearn.base import BaseEstimator

from sets.training_set import TrainingSet


class EarlyStopping:
    """Adds each new tree to the predictions on val, so that all trees cost as much as one prediction."""

    def __init__(self, patience: int, inputs: np.ndarray, rows: TrainingSet) -> None:
        self._patience = patience
        self._inputs = np.asarray(inputs, dtype=np.float32)
        self._rows = rows
        self._raw: np.ndarray | None = None
        self._least = np.inf
        self.best = 0
        """The tree after which the loss was the least."""

    def after(self, tree: int, boosting: BaseEstimator) -> bool:
        """Takes a new tree into account. Returns whether it is time to stop."""
        if self._raw is None:
            self._raw = boosting._raw_predict_init(self._inputs).astype(np.float64)
        for column, part in enumerate(boosting.estimators_[tree]):
            self._raw[:, column] += boosting.learning_rate * part.predict(self._inputs)
        loss = self._loss(self._raw)
        if loss < self._least:
            self._least, self.best = loss, tree
        return tree - self.best >= self._patience

    def _loss(self, raw: np.ndarray) -> float:
        val, classes = self._rows.val, self._rows.classes
        if classes is None:
            losses = (val.labels - raw[:, 0]) ** 2
        elif len(classes) == 2:
            losses = np.logaddexp(0, raw[:, 0]) - (val.labels == classes[1]) * raw[:, 0]
        else:
            losses = logsumexp(raw, axis=1) - raw[np.arange(len(raw)), np.searchsorted(classes, val.labels)]
        return float(np.average(losses, weights=val.weights))


def keep_trees(boosting: BaseEstimator, count: int) -> None:
    """Forgets the trees after the first `count`."""
    boosting.estimators_ = boosting.estimators_[:count]
    boosting.train_score_ = boosting.train_score_[:count]
    boosting.n_estimators_ = count
