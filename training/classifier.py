"""The classifier: filled nulls, one-hot encoded text, gradient boosting. All steps convert to ONNX."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from task import Input, Parameters
from training_set import Rows


def fit(rows: Rows, inputs: list[Input], parameters: Parameters, on_tree: Callable[[int], None]) -> Pipeline:
    """Trains on the rows. Calls `on_tree` with the number of finished trees after each tree."""
    boosting = GradientBoostingClassifier(
        n_estimators=parameters.trees,
        learning_rate=parameters.learningRate,
        max_depth=parameters.depth,
        subsample=parameters.subsample,
        random_state=parameters.seed,
    )
    columns = ColumnTransformer([_column(column, rows.inputs) for column in inputs])
    model = Pipeline([("columns", columns), ("classifier", boosting)])
    return model.fit(rows.inputs, rows.labels, classifier__monitor=lambda tree, *_: on_tree(tree + 1))


def _column(column: Input, frame: pd.DataFrame) -> tuple:
    if column.type == "string":
        known = sorted(set(frame[column.name]) - {""}) or [""]
        encoder = OneHotEncoder(
            categories=[np.array(known, dtype=object)], handle_unknown="ignore", sparse_output=False
        )
        return (column.name, encoder, [column.name])
    filling = SimpleImputer(strategy="constant", fill_value=column.fill, keep_empty_features=True)
    return (column.name, filling, [column.name])
