"""Files whose bytes are known by their hash."""

import hashlib
from pathlib import Path

from problem import problem

PIECE = 1 << 20


def require_unchanged(path: Path, sha256: str) -> None:
    """Requires the file to have the bytes that were checked before."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except FileNotFoundError:
        raise problem(
            "ASOF_TRAINING_SET_FILE_MISSING",
            f"the checked rows '{path}' are gone from the machine that trains; train again",
        ) from None
    if found.hexdigest() != sha256:
        raise problem(
            "ASOF_TRAINING_SET_FILE_REPLACED",
            f"the checked rows '{path}' were replaced after the check; nothing was trained. "
            "Find out what writes there, and train again",
        )
