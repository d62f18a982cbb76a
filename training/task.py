"""The input and the result of the activity. The names are those of the workflow's JSON."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Input:
    """A column that the model reads. `fill` replaces a null number. A null text matches no category.

    A truth value is the number 1 or 0.
    """

    name: str
    type: str  # 'double', 'string' or 'boolean'
    fill: float | None = None
    categories: list[str] | None = None
    """The texts that are told apart. None: the most frequent ones of the train rows."""


@dataclass(frozen=True)
class Code:
    """The Python file of a user's own estimator, and what its process may take."""

    source: str
    minutes: float
    memoryMb: int


@dataclass(frozen=True)
class Task:
    id: str
    """Names the folder of the training below the one that the worker was started with."""
    rowsSha256: str
    """Of the file with the checked rows, which is in that folder and is read only if it still has these bytes."""
    label: str
    split: str
    inputs: list[Input]
    parameters: dict[str, Any]
    recency: str | None
    """The input whose rank alone is the baseline that the model must beat."""
    specification: dict
    """Logged with the model as `feature_spec.json`."""
    task: str = "classification"  # or 'regression' or 'ranking'
    estimator: str = "gradientBoosting"  # or 'histGradientBoosting', 'linear' or 'python'
    code: Code | None = None
    """Of the estimator 'python'."""
    maxCategories: int = 100
    """The most texts of an input that are told apart. The rest is like a null text."""
    classWeights: str | dict[str, float] | None = None
    """'balanced', or the weight of each class. None: 1 for each."""
    earlyStopping: int | None = None
    """Boosting ends after so many trees that do not improve the loss on val. None: it makes all trees."""
    weight: str | None = None
    """The column with the weight of each row. None: 1 for each."""
    group: str | None = None
    """The column whose equal values are ranked against each other."""


@dataclass(frozen=True)
class ModelFile:
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class TrainedModel:
    attempt: int
    """The model is in the folder of this attempt."""
    files: list[ModelFile]
    rows: dict[str, int]
    metrics: dict[str, float]
    warnings: list[str] = field(default_factory=list)
    """Why the model may be of no use."""
    notes: list[str] = field(default_factory=list)
