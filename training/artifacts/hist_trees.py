"""The conversion of `HistGradientBoosting`, whose attributes must be plain numbers for ONNX."""

from typing import Any

import numpy as np
from skl2onnx.common._registration import get_converter, register_converter

NAMES = ("SklearnHistGradientBoostingClassifier", "SklearnHistGradientBoostingRegressor")


class _PlainNumbers:
    """A container of nodes. skl2onnx 1.20 gives it truth values, which newer versions of onnx refuse."""

    def __init__(self, container: Any) -> None:
        self._container = container

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, *arguments: Any, **attributes: Any) -> None:
        self._container.add_node(*arguments, **{name: _plain(value) for name, value in attributes.items()})


def _plain(value: Any) -> Any:
    whole = (bool, int, np.bool_, np.integer)
    is_whole = isinstance(value, list) and len(value) > 0 and all(isinstance(each, whole) for each in value)
    return [int(each) for each in value] if is_whole else value


def _plainly(name: str) -> None:
    found = get_converter(name)

    def convert(scope, operator, container):
        found(scope, operator, _PlainNumbers(container))

    register_converter(name, convert, overwrite=True, options=found.get_allowed_options())


def convert_plainly() -> None:
    """Has skl2onnx convert these estimators so, from now on."""
    for name in NAMES:
        _plainly(name)
