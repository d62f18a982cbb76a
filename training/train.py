"""One training, from the checked rows to the folder of its model."""

import shutil
from collections.abc import Callable
from pathlib import Path

from task import Task, TrainedModel


def train(task: Task, folder: Path, attempt: int, report: Callable[..., None]) -> TrainedModel:
    """Trains, evaluates and converts a model, and writes it to the attempt's own folder."""
    # The imports are here so that an idle worker starts quickly and uses little memory.
    from estimators.columns import rest_notes
    from evaluation.evaluate import evaluate
    from estimators.fitted import fitted
    from artifacts.model_folder import write_model_folder
    from sets.training_set import read_training_set

    report("reading")
    rows = read_training_set(task, folder)
    model, served = fitted(task, rows, report)
    report("evaluating")
    evaluation = evaluate(model, rows, task)
    report("writing", **evaluation.metrics)
    written = folder / f"attempt-{attempt}"
    shutil.rmtree(written, ignore_errors=True)
    files = write_model_folder(
        written,
        task,
        model=model,
        classes=rows.classes,
        converted=served.onnx,
        example=rows.train.inputs.head(5),
    )
    evaluation.write(written)
    counts = {split: len(part) for split, part in rows.parts().items()}
    return TrainedModel(
        attempt,
        files,
        counts,
        metrics=evaluation.metrics | served.metrics,
        warnings=evaluation.warnings,
        notes=[*rest_notes(task, rows.train), *served.notes],
    )
