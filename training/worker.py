"""The training worker: `python worker.py ADDRESS NAMESPACE TASK_QUEUE FOLDER`. It ends with its standard input."""

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from train_classifier import Training

TRAININGS_AT_ONCE = 2
END_WITHIN_SECONDS = 8


async def end_of_input() -> None:
    """Returns when the parent process closes the pipe or ends. A training that goes on is given up."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)
        time.sleep(END_WITHIN_SECONDS)
        os._exit(1)

    # A daemon thread, which does not keep a failed worker alive.
    threading.Thread(target=watch, daemon=True).start()
    await ended.wait()


async def main(address: str, namespace: str, task_queue: str, folder: str) -> None:
    client = await Client.connect(address, namespace=namespace)
    with ThreadPoolExecutor(TRAININGS_AT_ONCE) as threads:
        worker = Worker(
            client,
            task_queue=task_queue,
            activities=[Training(Path(folder)).train_classifier],
            activity_executor=threads,
            max_concurrent_activities=TRAININGS_AT_ONCE,
            max_heartbeat_throttle_interval=timedelta(seconds=1),
        )
        async with worker:
            print("training worker: ready", file=sys.stderr, flush=True)
            await end_of_input()


# Threads that wait for others do not spin: trainings share the processors with all else.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
