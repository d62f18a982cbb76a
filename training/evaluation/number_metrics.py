"""How well numbers fit, beside always answering the mean."""

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from evaluation.class_metrics import not_above
from sets.training_set import Rows, TrainingSet

MOST_POINTS = 200


def measure(predictions: np.ndarray, part: Rows, rows: TrainingSet, recency: np.ndarray | None) -> dict:
    labels, weights, predicted = part.labels, part.weights, predictions[:, 0]
    mean = np.full(len(part), np.average(rows.train.labels, weights=rows.train.weights))
    metrics = {
        "rmse": mean_squared_error(labels, predicted, sample_weight=weights) ** 0.5,
        "mae": mean_absolute_error(labels, predicted, sample_weight=weights),
        "rmse_of_mean": mean_squared_error(labels, mean, sample_weight=weights) ** 0.5,
        "mae_of_mean": mean_absolute_error(labels, mean, sample_weight=weights),
    }
    if len(np.unique(labels)) > 1:
        metrics["r2"] = r2_score(labels, predicted, sample_weight=weights)
    warnings = []
    if recency is not None and len(np.unique(labels)) > 1:
        metrics["rank_correlation"] = _rank_correlation(predicted, labels)
        metrics["rank_correlation_recency_alone"] = _rank_correlation(recency, labels)
        warnings += not_above(
            "rank correlation", metrics["rank_correlation"], metrics["rank_correlation_recency_alone"]
        )
    if metrics["rmse"] > metrics["rmse_of_mean"]:
        warnings.append(
            f"the model is worse than its base rate: its error (RMSE) is {metrics['rmse']:.3g}, and "
            f"{metrics['rmse_of_mean']:.3g} for always answering the mean of the train rows"
        )
    at = np.unique(np.linspace(0, len(labels) - 1, min(MOST_POINTS, len(labels))).round().astype(int))
    points = [[float(predicted[place]), float(labels[place])] for place in at]
    return {"metrics": metrics, "warnings": warnings, "details": {"predicted_and_observed": points}}


def _rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's, and 0 where one is the same everywhere."""
    if len(np.unique(one)) == 1:
        return 0.0
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])
