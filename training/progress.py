"""Heartbeats during a training, also while a library call takes long."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from temporalio import activity

# Well below the workflow's heartbeat timeout of 15 s.
EVERY_SECONDS = 2


@contextmanager
def heartbeats() -> Iterator[Callable[..., None]]:
    """Provides `report(stage, **details)`, which sets the content of all later heartbeats."""
    reported: dict = {"stage": "starting"}
    ended = threading.Event()

    def report(stage: str, **details: object) -> None:
        nonlocal reported
        reported = {"stage": stage, **details}

    def beat() -> None:
        while not ended.wait(EVERY_SECONDS):
            activity.heartbeat(reported)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()
