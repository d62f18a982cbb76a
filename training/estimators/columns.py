"""How an estimator gets the inputs: as single-precision numbers, as in the ONNX model.

The first step of each column takes what pandas makes of it: whole numbers, truth values, nulls as None or NaN.
"""

from collections import Counter

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

from sets.training_set import Rows
from task import Input, Task

NO_TEXT = "(no text)"
"""The only category of a column of nulls: an encoder needs one, and null must be none."""


def filled_columns(task: Task, rows: Rows, *, scaled: bool = False) -> ColumnTransformer:
    """Nulls are filled, texts are one column for each category."""

    def numbers(column: Input) -> list:
        filled = [singles(), _filling(column.fill)]
        return [*filled, StandardScaler()] if scaled else filled

    return _transformer(task, numbers, lambda column: [_one_hot(task, column, rows)])


def native_columns(task: Task, rows: Rows, *, ordered: bool) -> ColumnTransformer:
    """Nulls stay. Texts are the place of their category in the order of the labels' mean, if these are ordered.

    Of a column of nothing but nulls scikit-learn makes no histogram, so these are filled.
    """
    counted = rows.weights > 0

    def numbers(column: Input) -> list:
        is_empty = rows.inputs[column.name][counted].isna().all()
        return [singles(), _filling(0)] if is_empty else [singles()]

    def texts(column: Input) -> list:
        if not ordered:
            return [_one_hot(task, column, rows)]
        is_empty = not rows.inputs[column.name][counted].isin(known_categories(task, column, rows)).any()
        places = _ordinal(task, column, rows)
        return [places, _filling(0)] if is_empty else [places]

    return _transformer(task, numbers, texts)


def _filling(number: float | None) -> SimpleImputer:
    return SimpleImputer(strategy="constant", fill_value=number, keep_empty_features=True)


def singles() -> FunctionTransformer:
    """The numbers of a column in single precision. ONNX has no such step, as it gets them so."""
    return FunctionTransformer(np.asarray, kw_args={"dtype": "float32"}, feature_names_out="one-to-one")


def known_categories(task: Task, column: Input, rows: Rows) -> list[str]:
    """The declared categories, else the most frequent ones, in the order of their texts."""
    if column.categories is not None:
        return column.categories
    counts = Counter(rows.inputs[column.name])
    counts.pop("", None)
    kept = sorted(counts, key=lambda text: (-counts[text], text))[: task.maxCategories]
    return sorted(kept) or [NO_TEXT]


def rest_notes(task: Task, rows: Rows) -> list[str]:
    """What to say of the texts that are no category."""
    notes = []
    for column in (column for column in task.inputs if column.type == "string"):
        texts = rows.inputs[column.name]
        known = known_categories(task, column, rows)
        rest = texts[~texts.isin([*known, ""])]
        if len(rest):
            notes.append(
                f"{column.name}: {len(known)} categories; {rest.nunique()} other texts, in {len(rest)} of {len(texts)} "
                "train rows, are one: other, as null is"
            )
    return notes


def _transformer(task: Task, numbers, texts) -> ColumnTransformer:
    def steps(column: Input):
        made = texts(column) if column.type == "string" else numbers(column)
        return Pipeline([(type(step).__name__.lower(), step) for step in made])

    return ColumnTransformer([(column.name, steps(column), [column.name]) for column in task.inputs])


def _one_hot(task: Task, column: Input, rows: Rows) -> OneHotEncoder:
    known = np.array(known_categories(task, column, rows), dtype=object)
    return OneHotEncoder(categories=[known], handle_unknown="ignore", sparse_output=False)


def _ordinal(task: Task, column: Input, rows: Rows) -> OrdinalEncoder:
    texts = rows.inputs[column.name].to_numpy()
    means = {text: rows.labels[texts == text] for text in known_categories(task, column, rows)}
    ordered = sorted(means, key=lambda text: (means[text].mean() if len(means[text]) else 0.0, text))
    return OrdinalEncoder(
        categories=[np.array(ordered, dtype=object)],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
    )
