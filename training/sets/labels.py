"""What the labels of a training set are: classes, or numbers."""

import numpy as np

from problem import problem
from task import Task

MOST_CLASSES = 100
Chosen = dict[str, np.ndarray]


def class_labels(task: Task, labels: np.ndarray, chosen: Chosen) -> tuple[np.ndarray, list[int]]:
    """Whole numbers, and the classes: the different labels of the train rows, in order."""
    numbers = _numbers(task, labels, chosen, lambda number: number == int(number), WHOLE).astype(np.int64)
    train = numbers[chosen["train"]]
    classes = sorted({int(label) for label in train})
    if len(classes) < 2:
        raise problem(
            "ASOF_TRAINING_ROWS_MISSING",
            f"the {len(train)} rows of the training set with {task.split} = 'train' have "
            f"{f'only the label {classes[0]}' if classes else 'no label'} in '{task.label}', and a classifier "
            "needs two; nothing can be learnt from them",
        )
    if len(classes) > MOST_CLASSES:
        raise _invalid(task, f"has {len(classes)} different labels, more than {MOST_CLASSES}. {REGRESSION}")
    for split in ("val", "test"):
        unknown = sorted({int(label) for label in numbers[chosen[split]]} - set(classes))
        if unknown:
            named = ", ".join(map(str, unknown[:10]))
            raise _invalid(task, f"has labels in the rows of {split} that no train row has: {named}")
    return numbers, classes


def number_labels(task: Task, labels: np.ndarray, chosen: Chosen) -> np.ndarray:
    """Finite numbers."""
    numbers = _numbers(task, labels, chosen, lambda _: True, "a finite number")
    if not chosen["train"].any():
        raise problem(
            "ASOF_TRAINING_ROWS_MISSING",
            f"no row of the training set has {task.split} = 'train'; nothing can be learnt",
        )
    return numbers


REGRESSION = "If they are numbers to predict, say task: 'regression'"
WHOLE = f"a whole number, which names a class. {REGRESSION}"


def _numbers(task: Task, labels: np.ndarray, chosen: Chosen, fits, expected: str) -> np.ndarray:
    numbers = np.array([np.nan if label is None else float(label) for label in labels])
    used = np.any(list(chosen.values()), axis=0)
    wrong = sum(not (np.isfinite(number) and fits(number)) for number in numbers[used])
    if wrong:
        raise _invalid(task, f"has {wrong} rows with something else than {expected}")
    return np.where(used, numbers, 0)


def _invalid(task: Task, why: str) -> Exception:
    return problem("ASOF_TRAINING_LABEL_INVALID", f"column '{task.label}' of the training set {why}")
