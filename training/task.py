"""The input and the result of the activity. The names are those of the workflow's JSON."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """A column that the model reads. `fill` replaces a null number. A null text matches no category.

    A truth value is the number 1 or 0.
    """

    name: str
    type: str  # 'double', 'string' or 'boolean'
    fill: float | None = None


@dataclass(frozen=True)
class Parameters:
    trees: int
    learningRate: float
    depth: int
    subsample: float
    seed: int


@dataclass(frozen=True)
class Task:
    id: str
    """Names the folder of the training below the one that the worker was started with."""
    rowsSha256: str
    """Of the file with the checked rows, which is in that folder and is read only if it still has these bytes."""
    label: str
    split: str
    inputs: list[Input]
    parameters: Parameters
    recency: str | None
    """The input whose rank alone is the baseline that the model must beat."""
    specification: dict
    """Logged with the model as `feature_spec.json`."""


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
