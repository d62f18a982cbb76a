"""Loads a model that Asof trained as MLflow's python_function, with named answers. It is part of the model."""

from pathlib import Path

import mlflow.sklearn
import numpy as np
import pandas as pd
import yaml


class NamedAnswers:
    """Answers with a frame of one column for each class, or of one number."""

    def __init__(self, model, names: list[str]) -> None:
        self._model = model
        self._names = names

    def predict(self, inputs: pd.DataFrame, params: dict | None = None) -> pd.DataFrame:
        is_probability = self._names[0].startswith("probability_")
        answers = self._model.predict_proba(inputs) if is_probability else self._model.predict(inputs)
        columns = np.asarray(answers, dtype=np.float64).reshape(len(inputs), -1)
        return pd.DataFrame(columns, columns=self._names, index=getattr(inputs, "index", None))


def _load_pyfunc(path: str) -> NamedAnswers:
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    description = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
    names = description["metadata"]["asof_outputs"]
    return NamedAnswers(mlflow.sklearn.load_model(str(folder)), names)
