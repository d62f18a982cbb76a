"""Heartbeats during a training, also while a library call takes long."""

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from temporalio import activity

# Well below the workflow's heartbeat timeout of 15 s.
EVERY_SECONDS = 2
# Longer than any single step takes: a tree on millions of rows, or reading them. What shows nothing for
# longer hangs, and Temporal starts it again.
SILENT_AFTER_SECONDS = 30 * 60


@contextmanager
def heartbeats(silent_after: float = SILENT_AFTER_SECONDS) -> Iterator[Callable[..., None]]:
    """Provides `report(stage, **details)`, which sets the content of all later heartbeats.

    After so many seconds without a report the heartbeats end.
    """
    reported: dict = {"stage": "starting"}
    reported_at = time.monotonic()
    ended = threading.Event()

    def report(stage: str, **details: object) -> None:
        nonlocal reported, reported_at
        reported = {"stage": stage, **details}
        reported_at = time.monotonic()

    def beat() -> None:
        while not ended.wait(EVERY_SECONDS):
            if time.monotonic() - reported_at < silent_after:
                activity.heartbeat(reported)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()
