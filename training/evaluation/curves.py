"""Curves and tables of a ranking, as plain numbers: of at most `MOST_POINTS` points."""

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

MOST_POINTS = 200
BINS = 10
THRESHOLDS = np.arange(1, 20) / 20

Points = list[list[float]]


def receiver_operating(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> Points:
    """Points `[share of false alarms, share of true ones]`."""
    false, true, _ = roc_curve(labels, scores, sample_weight=weights)
    return _points(false, true)


def precision_recall(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> Points:
    """Points `[recall, precision]`."""
    precision, recall, _ = precision_recall_curve(labels, scores, sample_weight=weights)
    return _points(recall[::-1], precision[::-1])


def calibration(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> list[dict]:
    """What was predicted and what came, in ten parts of as many rows, by rising probability."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, min(BINS, len(order))) if weights[part].sum() > 0]
    return [
        {
            "rows": len(part),
            "predicted": float(np.average(scores[part], weights=weights[part])),
            "observed": float(np.average(labels[part], weights=weights[part])),
        }
        for part in parts
    ]


def thresholds(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> list[dict]:
    """Precision and recall of calling everything from a probability on a 1. Null: of no rows."""
    positive = weights[labels == 1].sum()

    def row(threshold: float) -> dict:
        called = scores >= threshold
        flagged, hit = weights[called].sum(), weights[called & (labels == 1)].sum()
        return {
            "threshold": float(threshold),
            "flagged": float(flagged / weights.sum()),
            "precision": float(hit / flagged) if flagged else None,
            "recall": float(hit / positive) if positive else None,
        }

    return [row(threshold) for threshold in THRESHOLDS]


def recall_of_the_first(percent: float, labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> dict:
    """Of all rows with the label 1, how many are in the first `percent` of the ranking: at least one row."""
    first = np.argsort(-scores, kind="stable")[: max(1, round(len(scores) * percent / 100))]
    hit = weights[first][labels[first] == 1].sum()
    return {
        "percent": percent,
        "rows": len(first),
        "recall": float(hit / weights[labels == 1].sum()),
        "precision": float(hit / weights[first].sum()) if weights[first].sum() else None,
    }


def _points(xs: np.ndarray, ys: np.ndarray) -> Points:
    at = np.unique(np.linspace(0, len(xs) - 1, min(MOST_POINTS, len(xs))).round().astype(int))
    return [[float(xs[place]), float(ys[place])] for place in at]
