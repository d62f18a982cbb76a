"""The only activity of this worker."""

from pathlib import Path

from temporalio import activity

from folders import training_folder
from own.process import train_apart
from problem import bounded_errors
from progress import SILENT_AFTER_SECONDS, heartbeats
from task import Task, TrainedModel
from train import train


class Training:
    """Trains in folders below `trainings`."""

    def __init__(self, trainings: Path) -> None:
        self._trainings = trainings

    @activity.defn(name="train_classifier")
    def train_classifier(self, task: Task) -> TrainedModel:
        """Trains, evaluates and converts a model, and writes it to the attempt's own folder."""
        apart = task.code is not None
        # A process of its own has its own bound, and may be silent until then.
        bound = (task.code.minutes * 60 if apart else 0) + SILENT_AFTER_SECONDS
        with bounded_errors(), heartbeats(bound) as report:
            folder = training_folder(self._trainings, task.id)
            how = train_apart if apart else train
            return how(task, folder, activity.info().attempt, report)
