"""The folders of trainings. A folder is named by the id of its training, so no input leads elsewhere."""

import re
from pathlib import Path

from problem import problem

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def training_folder(trainings: Path, training_id: str) -> Path:
    """The folder of the training, which only this user can enter."""
    if not ID.fullmatch(training_id):
        raise problem("ASOF_TRAINING_ID_INVALID", f"'{training_id[:60]}' is not the id of a training")
    folder = trainings / training_id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def checked_rows(folder: Path) -> Path:
    """The rows of the training set, which were checked and put here for the training."""
    return folder / "rows.parquet"
