"""The model's metrics on rows that it was not trained on, and those of the baseline that it must beat."""

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import Pipeline

from task import Input, Task
from training_set import Rows

EVALUATED = ("val", "test")


def evaluate(model: Pipeline, rows: dict[str, Rows], task: Task) -> dict[str, float]:
    """AUC and log loss on val and test.

    Leaves out a split without rows, and the AUC of a split with only one label.
    """
    metrics: dict[str, float] = {}
    for split in EVALUATED:
        held_out = rows[split]
        if len(held_out.labels) == 0:
            continue
        probabilities = model.predict_proba(held_out.inputs)[:, 1]
        metrics[f"{split}_log_loss"] = float(log_loss(held_out.labels, probabilities, labels=[0, 1]))
        if held_out.both_classes:
            metrics[f"{split}_auc"] = float(roc_auc_score(held_out.labels, probabilities))
    return metrics | _recency_alone(rows, task)


def _recency_alone(rows: dict[str, Rows], task: Task) -> dict[str, float]:
    """The AUC of a ranking by `recency` alone. The train rows decide whether it ranks up or down."""
    recency = next((column for column in task.inputs if column.name == task.recency), None)
    if recency is None:
        return {}
    upwards = roc_auc_score(rows["train"].labels, _filled(rows["train"], recency)) >= 0.5
    sign = 1 if upwards else -1
    return {
        f"{split}_auc_recency_alone": float(
            roc_auc_score(rows[split].labels, sign * _filled(rows[split], recency))
        )
        for split in EVALUATED
        if rows[split].both_classes
    }


def _filled(rows: Rows, column: Input) -> np.ndarray:
    return rows.inputs[column.name].fillna(column.fill).to_numpy()
