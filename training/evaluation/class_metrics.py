"""How well probabilities of classes fit, beside those of who knows only how frequent each class is."""

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from evaluation.curves import calibration, precision_recall, receiver_operating, recall_of_the_first, thresholds
from sets.training_set import Rows, TrainingSet

FIRST_PERCENTS = (1, 5, 10)


def measure(probabilities: np.ndarray, part: Rows, rows: TrainingSet, recency: np.ndarray | None) -> dict:
    classes = rows.classes
    base = _base_rates(rows)
    metrics = {
        "log_loss": log_loss(part.labels, probabilities, labels=classes, sample_weight=part.weights),
        "base_rate_log_loss": log_loss(
            part.labels, np.tile(base, (len(part), 1)), labels=classes, sample_weight=part.weights
        ),
    }
    warnings = _worse_than_base_rate(metrics)
    kind = _two if rows.is_binary else _several
    found = kind(probabilities, part, rows, recency)
    return {
        "metrics": metrics | found["metrics"],
        "warnings": warnings + found["warnings"],
        "details": found["details"],
    }


def _base_rates(rows: TrainingSet) -> np.ndarray:
    """The share of each class among the train rows."""
    of_class = [rows.train.weights[rows.train.labels == label].sum() for label in rows.classes]
    return np.array(of_class) / sum(of_class)


def _worse_than_base_rate(metrics: dict[str, float]) -> list[str]:
    model, base = metrics["log_loss"], metrics["base_rate_log_loss"]
    if model <= base:
        return []
    return [
        f"the model is worse than its base rate: log loss {model:.3g}, and {base:.3g} for always answering the share "
        "of each class among the train rows. Its probabilities are of no use as they are; try earlyStopping, fewer or "
        "smaller trees, or a smaller learningRate"
    ]


def _two(probabilities: np.ndarray, part: Rows, rows: TrainingSet, recency: np.ndarray | None) -> dict:
    labels, weights, scores = part.labels, part.weights, probabilities[:, 1]
    metrics = {"base_rate": np.average(labels, weights=weights)}
    details = {
        "base_rate": metrics["base_rate"],
        "calibration": calibration(labels, scores, weights),
        "thresholds": thresholds(labels, scores, weights),
    }
    warnings = []
    if len(np.unique(labels)) == 2:
        metrics["auc"] = roc_auc_score(labels, scores, sample_weight=weights)
        metrics["pr_auc"] = average_precision_score(labels, scores, sample_weight=weights)
        first = [recall_of_the_first(percent, labels, scores, weights) for percent in FIRST_PERCENTS]
        metrics |= {f"recall_at_{at['percent']}_percent": at["recall"] for at in first}
        details |= {
            "roc": receiver_operating(labels, scores, weights),
            "pr": precision_recall(labels, scores, weights),
            "recall_at": first,
        }
        if recency is not None:
            alone = roc_auc_score(labels, recency, sample_weight=weights)
            metrics["auc_recency_alone"] = alone
            details["recency"] = {"auc": alone, "roc": receiver_operating(labels, recency, weights)}
            warnings += not_above("AUC", metrics["auc"], alone)
    return {"metrics": metrics, "warnings": warnings, "details": details}


def not_above(what: str, model: float, alone: float) -> list[str]:
    if model > alone:
        return []
    return [f"the model does not beat recency alone: {what} {model:.4g}, and {alone:.4g} for recency"]


def _several(probabilities: np.ndarray, part: Rows, rows: TrainingSet, recency: np.ndarray | None) -> dict:
    """`recency` ranks one class above another, so it is no baseline of several."""
    classes, labels, weights = rows.classes, part.labels, part.weights
    places = np.searchsorted(classes, labels)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    metrics = {
        "accuracy": np.average(order[:, 0] == places, weights=weights),
        "base_rate_accuracy": np.average(places == np.argmax(_base_rates(rows)), weights=weights),
    }
    if len(classes) > 2:
        metrics["top_2_accuracy"] = np.average((order[:, :2] == places[:, None]).any(axis=1), weights=weights)
    of_class = []
    for place, label in enumerate(classes):
        is_class = places == place
        if not 0 < is_class.sum() < len(labels):
            continue
        of_class.append(
            {
                "class": label,
                "rows": int(is_class.sum()),
                "auc": roc_auc_score(is_class, probabilities[:, place], sample_weight=weights),
                "roc": receiver_operating(is_class, probabilities[:, place], weights),
                "calibration": calibration(is_class, probabilities[:, place], weights),
            }
        )
    if len(of_class) == len(classes):
        metrics["macro_auc"] = np.mean([each["auc"] for each in of_class])
    return {"metrics": metrics, "warnings": [], "details": {"of_class": of_class}}
