"""Makes the small model of the serving tests: `python make_model.py`, in the stack's environment of MLflow."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

random = np.random.default_rng(1)
rows = pd.DataFrame(
    {
        "event_count_1h": random.integers(0, 20, 400).astype(np.float32),
        "revenue_1h": random.exponential(30, 400).astype(np.float32),
        "last_platform": random.choice(["web", "ios", "android", ""], 400),
    }
)
rows.loc[::7, "revenue_1h"] = np.nan
label = (rows.event_count_1h + 5 * (rows.last_platform == "ios") < 9).astype(int)
encode = ColumnTransformer(
    [
        ("text", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["last_platform"]),
        ("number", SimpleImputer(strategy="constant", fill_value=0.0), ["event_count_1h", "revenue_1h"]),
    ]
)
model = Pipeline([("encode", encode), ("classify", GradientBoostingClassifier(n_estimators=10, random_state=1))])
model.fit(rows, label)
types = [(name, StringTensorType([None, 1]) if name == "last_platform" else FloatTensorType([None, 1])) for name in rows]
onnx = to_onnx(model, initial_types=types, options={id(model): {"zipmap": False}}, target_opset={"": 18, "ai.onnx.ml": 3})

folder = Path(__file__).parent
(folder / "model.onnx").write_bytes(onnx.SerializeToString())
sample = pd.DataFrame(
    {
        "event_count_1h": [3.0, 15.0, 3.0, 0.0],
        "revenue_1h": [12.5, 80.0, np.nan, np.nan],
        "last_platform": ["web", "ios", "", "fridge"],
    }
).astype({"event_count_1h": np.float32, "revenue_1h": np.float32})
records = json.loads(sample.to_json(orient="records"))
for record in records:
    record["last_platform"] = record["last_platform"] or None
expected = {"records": records, "predictions": model.predict_proba(sample)[:, 1].tolist()}
(folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
