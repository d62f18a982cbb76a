"""The only activity of this worker."""

import shutil
from pathlib import Path

from temporalio import activity

from progress import heartbeats
from task import Task, TrainedModel


@activity.defn(name="train_classifier")
def train_classifier(task: Task) -> TrainedModel:
    """Trains, evaluates and converts a model, and writes it to the attempt's own folder."""
    with heartbeats() as report:
        # The imports are here so that an idle worker starts quickly and uses little memory.
        from classifier import fit
        from evaluation import evaluate
        from model_folder import write_model_folder
        from onnx_model import check_equal, convert
        from training_set import read_training_set

        report("reading", parquet=task.parquet)
        rows = read_training_set(task)
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
        folder = Path(task.folder) / f"attempt-{activity.info().attempt}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        example = rows["train"].inputs.head(5)
        files = write_model_folder(folder, task, model=model, converted=converted, example=example)
        counts = {split: len(part.labels) for split, part in rows.items()}
        return TrainedModel(str(folder), files, counts, metrics)
