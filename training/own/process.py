"""Trains with a user's own estimator: in a process of its own, without an environment, and with bounds."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from problem import problem
from task import ModelFile, Task, TrainedModel

PROGRAM = Path(__file__).with_name("process_main.py")
MOST_OF_LAST_WORDS = 500
END_WITHIN_SECONDS = 5


def train_apart(task: Task, folder: Path, attempt: int, report: Callable[..., None]) -> TrainedModel:
    """As `train`, in another process. What it prints is not kept, but for its last words if it fails."""
    given = json.dumps({"task": asdict(task), "folder": str(folder), "attempt": attempt})
    minutes = task.code.minutes
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory(dir=folder) as scratch:
        process = subprocess.Popen(
            # -I: neither variables nor the user's own packages have a say.
            [sys.executable, "-I", "-B", str(PROGRAM)],
            env={"TMPDIR": scratch, "OMP_WAIT_POLICY": "passive"},
            cwd=scratch,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        late = threading.Event()
        timer = threading.Timer(minutes * 60, lambda: (late.set(), _kill(process)))
        timer.start()
        try:
            process.stdin.write(f"{given}\n")
            process.stdin.flush()
            answer = _follow(process, report)
            process.wait(END_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            timer.cancel()
            _kill(process)
            process.wait()
        if answer is not None:
            return _trained(answer)
        if late.is_set():
            raise _limit(f"took longer than {minutes:g} minutes, which its definition allows")
        said.seek(0)
        words = said.read().decode("utf-8", "replace")[-MOST_OF_LAST_WORDS:].strip()
        raise _limit(
            f"ended with {process.returncode} and no model; its memory is bounded at {task.code.memoryMb} MB. "
            f"Its last words: {words or 'none'}"
        )


def _follow(process: subprocess.Popen, report: Callable[..., None]) -> dict | None:
    for line in process.stdout:
        said = json.loads(line)
        if "stage" in said:
            report(**said)
        elif "problem" in said:
            raise problem(**said["problem"])
        elif "error" in said:
            raise RuntimeError(said["error"])
        else:
            return said
    return None


def _trained(answer: dict) -> TrainedModel:
    return TrainedModel(**{**answer, "files": [ModelFile(**file) for file in answer["files"]]})


def _kill(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _limit(why: str) -> Exception:
    return problem("ASOF_ESTIMATOR_LIMIT", f"the process of the estimator {why}")
