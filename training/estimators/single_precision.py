import numpy as np
from sklearn.base import BaseEstimator


def round_thresholds(boosting: BaseEstimator) -> None:
    """Rounds the thresholds of the trees down to single precision, which ONNX has.

    The inputs are in single precision, so no input changes sides.
    """
    for trees in boosting._predictors:
        for tree in trees:
            exact = tree.nodes["num_threshold"]
            with np.errstate(over="ignore"):
                single = exact.astype(np.float32)
            above = single > exact
            single[above] = np.nextafter(single[above], np.float32(-np.inf))
            tree.nodes["num_threshold"] = single
