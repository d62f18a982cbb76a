"""How well the rows of each group are ranked, beside a ranking at random."""

import numpy as np

from evaluation.class_metrics import not_above
from sets.training_set import Rows, TrainingSet

FIRST = 10


def measure(predictions: np.ndarray, part: Rows, rows: TrainingSet, recency: np.ndarray | None) -> dict:
    """NDCG of the first ten of each group with different labels: 1 if all stand in order."""
    groups = [at for at in _groups(part.groups) if len(np.unique(part.labels[at])) > 1]
    metrics = {"groups": len(groups)}
    warnings = []
    if groups:
        name = f"ndcg_at_{FIRST}"
        metrics[name] = _mean_gain(predictions[:, 0], part.labels, groups)
        metrics[f"{name}_at_random"] = float(np.mean([_random_gain(part.labels[at]) for at in groups]))
        if metrics[name] <= metrics[f"{name}_at_random"]:
            warnings.append(
                f"the model is worse than its base rate: NDCG {metrics[name]:.3g}, and "
                f"{metrics[f'{name}_at_random']:.3g} for a ranking at random"
            )
        if recency is not None:
            metrics[f"{name}_recency_alone"] = _mean_gain(recency, part.labels, groups)
            warnings += not_above("NDCG", metrics[name], metrics[f"{name}_recency_alone"])
    return {"metrics": metrics, "warnings": warnings, "details": {}}


def _groups(keys: np.ndarray) -> list[np.ndarray]:
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.append(True, keys[order][1:] != keys[order][:-1]))
    return np.split(order, starts[1:])


def _mean_gain(scores: np.ndarray, labels: np.ndarray, groups: list[np.ndarray]) -> float:
    return float(np.mean([_gain(labels[at][np.argsort(-scores[at], kind="stable")]) for at in groups]))


def _gain(ranked: np.ndarray) -> float:
    """Of relevances in the order of a ranking. They count from the least, so that a gain is never negative."""
    return _share_of_best(ranked - ranked.min(), ranked)


def _random_gain(labels: np.ndarray) -> float:
    """The mean over all orders: each place has the mean relevance."""
    return _share_of_best(np.full(len(labels), labels.mean() - labels.min()), labels)


def _share_of_best(relevances: np.ndarray, labels: np.ndarray) -> float:
    discounts = 1 / np.log2(np.arange(min(FIRST, len(labels))) + 2)
    best = np.sort(labels - labels.min())[::-1][:FIRST] @ discounts
    return float(relevances[:FIRST] @ discounts / best)
