"""A private copy of a file whose bytes are known by their hash."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from problem import problem

PIECE = 1 << 20


@contextmanager
def verified_copy(path: str, sha256: str, folder: Path) -> Iterator[Path]:
    """Provides a copy that nobody else can change, with the bytes that were checked before."""
    with tempfile.TemporaryDirectory(dir=folder) as private:
        copy = Path(private) / "rows.parquet"
        found = hashlib.sha256()
        try:
            with open(path, "rb") as source, copy.open("xb") as target:
                while piece := source.read(PIECE):
                    found.update(piece)
                    target.write(piece)
        except FileNotFoundError:
            raise problem(
                "ASOF_TRAINING_SET_FILE_MISSING",
                f"the training set's file '{path}' is gone from the machine that trains; build the set again",
            ) from None
        if found.hexdigest() != sha256:
            raise problem(
                "ASOF_TRAINING_SET_FILE_REPLACED",
                f"the training set's file '{path}' was replaced after its rows were checked; nothing was trained. "
                "Find out what writes there, and train again",
            )
        yield copy
