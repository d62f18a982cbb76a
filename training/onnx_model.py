"""The same model in ONNX, for serving outside Python, with one named tensor for each input."""

import numpy as np
import onnxruntime
import pandas as pd
from onnx import ModelProto
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline

from problem import problem
from task import Input

OPSETS = {"": 18, "ai.onnx.ml": 3}
TOLERANCE = 1e-5


def convert(model: Pipeline, inputs: list[Input]) -> ModelProto:
    """Converts the model.

    Inputs are float or string tensors `[N, 1]`, where NaN and '' mean null. The output `probabilities` is `[N, 2]`.
    """
    tensors = [
        (column.name, StringTensorType([None, 1]) if column.type == "string" else FloatTensorType([None, 1]))
        for column in inputs
    ]
    return to_onnx(model, initial_types=tensors, options={id(model): {"zipmap": False}}, target_opset=OPSETS)


def check_equal(onnx: ModelProto, model: Pipeline, inputs: list[Input], rows: pd.DataFrame) -> float:
    """Returns the greatest difference between the probabilities of the two models.

    Raises ASOF_MODEL_ONNX_DIFFERS above the tolerance.
    """
    if len(rows) == 0:
        return 0.0
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    feeds = {
        column.name: rows[[column.name]].to_numpy(object if column.type == "string" else np.float32)
        for column in inputs
    }
    (probabilities,) = session.run(["probabilities"], feeds)
    difference = float(np.abs(probabilities - model.predict_proba(rows)).max())
    if difference > TOLERANCE:
        raise problem(
            "ASOF_MODEL_ONNX_DIFFERS",
            f"the ONNX model's probabilities differ from scikit-learn's by up to {difference:.2e}, more than "
            f"{TOLERANCE:.0e}; serving would not answer as the trained model does",
        )
    return difference
