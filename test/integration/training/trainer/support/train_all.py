"""Trains models by every estimator and task on the same few rows: `python train_all.py FOLDER TRAINING`.

TRAINING is the folder of Asof's trainer. Prints, by the name of each case, what came of it, and what MLflow's own
clients predict for rows as pandas reads them.
"""

import hashlib
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])

import mlflow  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from own.process import train_apart  # noqa: E402
from task import Code, Input, Task  # noqa: E402
from train import train  # noqa: E402

ROWS, PREDICTED = 600, 40
random = np.random.default_rng(3)
visits = random.integers(0, 30, ROWS)
spent = random.lognormal(8, 3, ROWS)
product = [f"p_{number}" for number in np.minimum(random.geometric(0.02, ROWS), 300)]
member = random.random(ROWS) < 0.5
days = random.integers(0, 60, ROWS)
score = visits / 6 - days / 15 + member + (np.log(spent) > 8) + random.normal(0, 0.5, ROWS)


def nulls(values, share: float = 0.2) -> pa.Array:
    return pa.array(values, mask=random.random(ROWS) < share)


splits = random.choice(["train", "val", "test"], ROWS, p=[0.6, 0.2, 0.2])
table = pa.table(
    {
        "split": splits,
        "two": (score > np.median(score)).astype("int64"),
        "several": np.digitize(score, np.quantile(score, [0.4, 0.8])) * 2 - 1,
        "amount": score * 1_000,
        "session": [f"s_{number}" for number in random.integers(0, 30, ROWS)],
        "weight": random.choice([1.0, 10.0], ROWS),
        "weight_of_train": np.where(splits == "val", 0, 1),
        "nothing": pa.nulls(ROWS, pa.float64()),
        "silence": pa.nulls(ROWS, pa.string()),
        "visits": pa.array(visits),
        "days": nulls(days),
        "spent": nulls(spent),
        "product": nulls(product),
        "is_member": nulls(member),
    }
)
rows_file = folder / "rows.parquet"
pq.write_table(table, rows_file)
INPUTS = [
    Input("visits", "double", 0),
    Input("days", "double", 99),
    Input("spent", "double", 0.5),
    Input("product", "string"),
    Input("is_member", "boolean", 0),
]
EMPTY = [
    Input("visits", "double", 0),
    Input("nothing", "double", 0),
    Input("silence", "string"),
    Input("product", "string", None, ["not there"]),
]
BOOSTING = {"trees": 20, "learningRate": 0.1, "depth": 3, "subsample": 0.8, "seed": 42}
HIST = {"trees": 20, "learningRate": 0.1, "leaves": 8, "leafRows": 5, "l2": 0, "seed": 42}
LINEAR = {"l2": 1, "iterations": 1000, "seed": 42}
KNOWN = {"gradientBoosting": BOOSTING, "histGradientBoosting": HIST, "linear": LINEAR}
TASKS = {
    "two": {"label": "two"},
    "several": {"label": "several"},
    "amount": {"label": "amount", "task": "regression"},
}
FOREST = """
from sklearn.ensemble import RandomForestClassifier

print("what it prints is not taken for an answer")

def make_estimator(inputs, parameters, seed):
    import os
    assert not {"PATH", "HOME", "SECRET"} & set(os.environ), sorted(os.environ)
    return RandomForestClassifier(n_estimators=parameters["trees"], random_state=seed)
"""
ALWAYS = """
from sklearn.base import BaseEstimator, ClassifierMixin
import numpy as np

class Always(ClassifierMixin, BaseEstimator):
    def fit(self, frame, labels):
        self.classes_ = np.unique(labels)
        return self

    def predict(self, frame):
        return np.zeros(len(frame))

    def predict_proba(self, frame):
        return np.tile([0.999, 0.001], (len(frame), 1))

def make_estimator(inputs, parameters, seed):
    return Always()
"""


def own(source: str, minutes: float = 5, memory: int = 4096) -> dict:
    return {"estimator": "python", "code": Code(source, minutes, memory), "parameters": {"trees": 10, "seed": 42}}


CASES = {
    **{
        f"{estimator} {label}": {"estimator": estimator, "parameters": parameters, **about}
        for estimator, parameters in KNOWN.items()
        for label, about in TASKS.items()
    },
    "ranking": {"label": "amount", "task": "ranking", "group": "session", "parameters": BOOSTING},
    "early": {"label": "two", "parameters": {**BOOSTING, "trees": 200, "learningRate": 1}, "earlyStopping": 3},
    "weighted": {"label": "several", "parameters": BOOSTING, "classWeights": "balanced", "weight": "weight"},
    "early hist": {
        "label": "several",
        "estimator": "histGradientBoosting",
        "parameters": {**HIST, "trees": 200, "learningRate": 1},
        "earlyStopping": 3,
        "weight": "weight",
    },
    **{
        f"empty {estimator}": {"label": "two", "estimator": estimator, "parameters": parameters, "inputs": EMPTY}
        for estimator, parameters in KNOWN.items()
    },
    "few": {"label": "two", "parameters": BOOSTING, "maxCategories": 3},
    "forest": {"label": "two", **own(FOREST)},
    "useless": {"label": "two", **own(ALWAYS)},
    "failing": {"label": "two", **own("def make_estimator(inputs, parameters, seed):\n    return 1 / 0\n")},
    "endless": {"label": "two", **own("while True: pass\n", minutes=0.05)},
    "greedy": {"label": "two", **own("bytearray(3 << 30)\n", memory=2048)},
    "fractions": {"label": "amount", "parameters": BOOSTING},
    "weightless": {"label": "two", "parameters": BOOSTING, "weight": "weight_of_train"},
    "unknown weight": {"label": "two", "parameters": BOOSTING, "classWeights": {"7": 2.0}},
}
TWICE = ("gradientBoosting two", "histGradientBoosting several", "linear amount")


def task_of(case: dict) -> Task:
    inputs = case.get("inputs", INPUTS)
    base = {
        "id": "unused",
        "rowsSha256": hashlib.sha256(rows_file.read_bytes()).hexdigest(),
        "split": "split",
        "inputs": inputs,
        "recency": "days",
        "specification": {"inputs": [{"name": each.name, "type": each.type} for each in inputs]},
    }
    return Task(**{**base, **case})


def onnx_hash(trained) -> str | None:
    return next((file.sha256 for file in trained.files if file.path == "model.onnx"), None)


def outcome(name: str, case: dict, attempt: int) -> dict:
    task = task_of(case)
    how = train if task.code is None else train_apart
    trained = how(task, folder, attempt, lambda *_, **__: None)
    place = folder / f"attempt-{attempt}"
    frame = table.select([each.name for each in task.inputs]).slice(0, PREDICTED).to_pandas()
    answers = mlflow.pyfunc.load_model(str(place)).predict(frame)
    if task.inputs == INPUTS:
        whole = frame[frame.notna().all(axis=1)].infer_objects().astype({"days": "int64"})
        of_whole = mlflow.pyfunc.load_model(str(place)).predict(whole)
        assert np.allclose(of_whole.to_numpy(), answers.loc[whole.index].to_numpy(), rtol=0, atol=1e-12)
    return {
        "attempt": attempt,
        "onnx": onnx_hash(trained),
        "again": onnx_hash(how(task, folder, 1_000, lambda *_, **__: None)) if name in TWICE else None,
        "metrics": trained.metrics,
        "warnings": trained.warnings,
        "notes": trained.notes,
        "names": list(answers.columns),
        "answers": answers.to_numpy().tolist(),
        "evaluation": json.loads((place / "evaluation.json").read_text()),
    }


outcomes = {}
for attempt, (name, case) in enumerate(CASES.items(), start=1):
    try:
        outcomes[name] = outcome(name, case, attempt)
    except Exception as error:
        if getattr(error, "type", None) is None:
            raise
        outcomes[name] = {"error": error.type, "message": error.message}
records = table.select(list({each.name: None for each in [*INPUTS, *EMPTY]})).slice(0, PREDICTED).to_pylist()
print(json.dumps({"records": records, "outcomes": outcomes}))
