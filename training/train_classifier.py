"""The only activity of this worker."""

import shutil
from collections.abc import Callable
from pathlib import Path

from temporalio import activity

from folders import training_folder
from problem import bounded_errors
from progress import heartbeats
from task import Task, TrainedModel


class Training:
    """Trains in folders below `trainings`."""

    def __init__(self, trainings: Path) -> None:
        self._trainings = trainings

    @activity.defn(name="train_classifier")
    def train_classifier(self, task: Task) -> TrainedModel:
        """Trains, evaluates and converts a model, and writes it to the attempt's own folder."""
        with bounded_errors(), heartbeats() as report:
            folder = training_folder(self._trainings, task.id)
            return _train(task, folder, activity.info().attempt, report)


def _train(task: Task, folder: Path, attempt: int, report: Callable[..., None]) -> TrainedModel:
    # The imports are here so that an idle worker starts quickly and uses little memory.
    from classifier import fit
    from evaluation import evaluate
    from model_folder import write_model_folder
    from onnx_model import check_equal, convert
    from training_set import read_training_set

    report("reading")
    rows = read_training_set(task, folder)
    trees = task.parameters.trees
    model = fit(
        rows["train"],
        task.inputs,
        task.parameters,
        lambda done: report("training", trees=done, of=trees),
    )
    report("evaluating")
    metrics = evaluate(model, rows, task)
    report("converting to ONNX", **metrics)
    converted = convert(model, task.inputs)
    metrics["onnx_max_difference"] = check_equal(converted, model, task.inputs, rows["val"].inputs)
    report("writing", **metrics)
    written = folder / f"attempt-{attempt}"
    shutil.rmtree(written, ignore_errors=True)
    example = rows["train"].inputs.head(5)
    files = write_model_folder(written, task, model=model, converted=converted, example=example)
    counts = {split: len(part.labels) for split, part in rows.items()}
    return TrainedModel(attempt, files, counts, metrics)
