"""The process of a user's own estimator: reads one line of JSON, and answers in lines of JSON."""

import json
import os
import resource
import sys
import threading
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from problem import ApplicationError, problem  # noqa: E402
from task import Code, Input, Task  # noqa: E402
from train import train  # noqa: E402


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What the estimator prints must not stand between the answers.
    os.dup2(2, 1)
    given = json.loads(sys.stdin.readline())
    _end_with_parent()
    task = _task(given["task"])
    most = task.code.memoryMb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))

    def say(said: dict) -> None:
        answers.write(f"{json.dumps(said)}\n")
        answers.flush()

    try:
        trained = train(
            task, Path(given["folder"]), given["attempt"], lambda stage, **details: say({"stage": stage, **details})
        )
        say(asdict(trained))
    except MemoryError:
        said = problem("ASOF_ESTIMATOR_LIMIT", f"the process of the estimator needs more than {task.code.memoryMb} MB")
        say({"problem": {"code": said.type, "message": said.message}})
    except ApplicationError as error:
        say({"problem": {"code": error.type, "message": error.message}})
    except Exception as error:
        say({"error": f"{type(error).__name__}: {error}"})


def _task(given: dict) -> Task:
    inputs = [Input(**column) for column in given["inputs"]]
    return Task(**{**given, "inputs": inputs, "code": Code(**given["code"])})


def _end_with_parent() -> None:
    def watch() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


main()
