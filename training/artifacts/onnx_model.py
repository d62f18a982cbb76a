"""The same model in ONNX, for serving outside Python, with one named tensor for each input."""

import copy

import numpy as np
import onnxruntime
import pandas as pd
from onnx import ModelProto
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from artifacts.hist_trees import convert_plainly
from estimators.predictions import predict
from problem import problem
from task import Input

convert_plainly()
OPSETS = {"": 18, "ai.onnx.ml": 3}
TOLERANCE = 1e-5
PROBABILITIES, PREDICTION = "probabilities", "prediction"


def convert(model: BaseEstimator, inputs: list[Input], classes: list[int] | None) -> ModelProto:
    """Converts the model.

    Inputs are float or string tensors `[N, 1]`, where NaN and '' mean null. The output is `probabilities` `[N,
    classes]`, or `prediction` `[N, 1]`.
    """
    tensors = [
        (column.name, StringTensorType([None, 1]) if column.type == "string" else FloatTensorType([None, 1]))
        for column in inputs
    ]
    converted = _without_casts(model)
    options = {} if classes is None else {id(converted): {"zipmap": False}}
    made = to_onnx(converted, initial_types=tensors, options=options, target_opset=OPSETS)
    # skl2onnx takes them from a set, so that their order, and with it the model's bytes, would differ.
    opsets = sorted(made.opset_import, key=lambda opset: opset.domain)
    made.ClearField("opset_import")
    made.opset_import.extend(opsets)
    if classes is None:
        _rename_output(made, made.graph.output[0].name, PREDICTION)
    elif PROBABILITIES not in [output.name for output in made.graph.output]:
        raise ValueError(f"the ONNX model has no output '{PROBABILITIES}'")
    return made


def difference(onnx: ModelProto, model: BaseEstimator, inputs: list[Input], rows: pd.DataFrame, classes) -> float:
    """The greatest difference between the predictions of the two models, as a share of the greatest one above 1."""
    if len(rows) == 0:
        return 0.0
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    known = {tensor.name for tensor in session.get_inputs()}
    feeds = {
        column.name: rows[[column.name]].to_numpy(object if column.type == "string" else np.float32)
        for column in inputs
        if column.name in known
    }
    (answers,) = session.run([PREDICTION if classes is None else PROBABILITIES], feeds)
    expected = predict(model, rows, classes)
    return float(np.abs(answers - expected).max() / max(1, np.abs(expected).max()))


def check_equal(difference: float) -> None:
    """Raises ASOF_MODEL_ONNX_DIFFERS above the tolerance."""
    if difference <= TOLERANCE:
        return
    raise problem(
        "ASOF_MODEL_ONNX_DIFFERS",
        f"the ONNX model's predictions differ from scikit-learn's by up to {difference:.2e}, more than "
        f"{TOLERANCE:.0e}; serving would not answer as the trained model does",
    )


def _without_casts(model: BaseEstimator) -> BaseEstimator:
    """ONNX gets its numbers in single precision, so the step that makes them so has no counterpart."""
    if not isinstance(model, Pipeline) or not isinstance(model[0], ColumnTransformer):
        return model
    copied = copy.deepcopy(model)
    for _, step, _ in copied[0].transformers_:
        for cast in step.named_steps.values() if isinstance(step, Pipeline) else []:
            if isinstance(cast, FunctionTransformer) and cast.func is np.asarray:
                cast.func = None
    return copied


def _rename_output(model: ModelProto, old: str, new: str) -> None:
    for node in model.graph.node:
        node.output[:] = [new if name == old else name for name in node.output]
        node.input[:] = [new if name == old else name for name in node.input]
    for output in model.graph.output:
        if output.name == old:
            output.name = new
