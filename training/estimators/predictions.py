"""What a model answers, whatever it is: the probability of each class, or a number."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

NUMBER_NAMES = {"regression": "prediction", "ranking": "score"}


def predict(model: BaseEstimator, inputs: pd.DataFrame, classes: list[int] | None) -> np.ndarray:
    """`[N, classes]`, or `[N, 1]` for a number."""
    if len(inputs) == 0:
        return np.zeros((0, len(classes or [0])))
    if classes is None:
        return np.asarray(model.predict(inputs), dtype=np.float64).reshape(-1, 1)
    return np.asarray(model.predict_proba(inputs), dtype=np.float64)


def output_names(task: str, classes: list[int] | None) -> list[str]:
    return [NUMBER_NAMES[task]] if classes is None else [f"probability_{label}" for label in classes]


def output_description(task: str, classes: list[int] | None) -> dict:
    """What the specification says of the answers, for whoever serves them. Of 0 and 1 it says nothing."""
    if classes == [0, 1]:
        return {}
    return {"output": {"task": task, **({} if classes is None else {"classes": classes})}}
