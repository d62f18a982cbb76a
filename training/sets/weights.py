"""How much each train row counts."""

import numpy as np

from problem import problem
from sets.training_set import TrainingSet
from task import Task


def fit_weights(task: Task, rows: TrainingSet) -> np.ndarray | None:
    """The weight of each train row, times that of its class. None: all count the same."""
    if task.weight is None and task.classWeights is None:
        return None
    weights = rows.train.weights
    if task.classWeights is None:
        return weights
    labels, classes = rows.train.labels, rows.classes
    if task.classWeights == "balanced":
        of_class = {label: weights.sum() / (len(classes) * weights[labels == label].sum()) for label in classes}
    else:
        of_class = {label: 1.0 for label in classes}
        for name, weight in task.classWeights.items():
            if int(name) not in of_class:
                known = ", ".join(map(str, classes))
                raise problem(
                    "ASOF_TRAINING_WEIGHT_INVALID",
                    f"classWeights names the class {name}, and the train rows have {known}",
                )
            of_class[int(name)] = weight
    return weights * np.array([of_class[int(label)] for label in labels])
