"""Heartbeats while a training is at it, also where it is inside a long call of a library."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from temporalio import activity

# Well below the workflow's heartbeat timeout of 15 s.
EVERY_SECONDS = 2


@contextmanager
def heartbeats() -> Iterator[Callable[..., None]]:
    """Gives `report(stage, **details)`: what every heartbeat says from then on."""
    said: dict = {"stage": "starting"}
    ended = threading.Event()

    def report(stage: str, **details: object) -> None:
        nonlocal said
        said = {"stage": stage, **details}

    def beat() -> None:
        while not ended.wait(EVERY_SECONDS):
            activity.heartbeat(said)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()
