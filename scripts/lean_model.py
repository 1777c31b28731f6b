"""The pose networks without the branch that outlines the body.

The landmark network also paints a 256 x 256 mask of the person, which nobody here asks for, and which costs more than a
third of its time. Without the operations that only the mask needs, all other outputs keep every bit. MediaPipe counts
on five outputs, so that the mask stays one, as a constant.

    python -m scripts.lean_model FULL.task LEAN.task
"""

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as tflite

from scripts.build_model import AlignedBuffer

LEAN_SHA256 = "0564a56c0e0094af1958eb942871d91d03e1a8769ebc24253c43e115b83c7041"
_LANDMARKS = "pose_landmarks_detector.tflite"
_MASK_SHAPE = [1, 256, 256, 1]


def without_mask(network: bytes) -> bytes:
    """The landmark network with a constant in place of its mask."""
    model = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(network, 0))
    graph = model.subgraphs[0]
    (mask,) = (output for output in graph.outputs if list(graph.tensors[output].shape) == _MASK_SHAPE)
    needed = _operators_for(graph, [output for output in graph.outputs if output != mask])
    graph.operators = [operator for number, operator in enumerate(graph.operators) if number in needed]
    nothing = tflite.BufferT()
    nothing.data = np.zeros(4 * int(np.prod(_MASK_SHAPE)), np.uint8)
    model.buffers.append(nothing)
    graph.tensors[mask].buffer = len(model.buffers) - 1
    for each in model.buffers:
        each.__class__ = AlignedBuffer
    builder = flatbuffers.Builder(len(network) + 4 * int(np.prod(_MASK_SHAPE)))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _operators_for(graph: tflite.SubGraphT, outputs: list[int]) -> set[int]:
    """Numbers of the operators on which these tensors depend."""
    producer = {tensor: number for number, operator in enumerate(graph.operators) for tensor in operator.outputs}
    needed: set[int] = set()
    open_tensors = list(outputs)
    while open_tensors:
        number = producer.get(open_tensors.pop())
        if number is not None and number not in needed:
            needed.add(number)
            open_tensors.extend(graph.operators[number].inputs)
    return needed


def is_right(target: Path) -> bool:
    """Whether the bundle is there and holds the pinned bytes."""
    return target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == LEAN_SHA256


def install(full: Path, target: Path) -> None:
    """Build `target` from the complete bundle, all of it or nothing.

    Raises:
        SystemExit: The bundle that was built is not the pinned one.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        with zipfile.ZipFile(full) as complete, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as bundle:
            for name in sorted(complete.namelist()):
                network = complete.read(name)
                lean = without_mask(network) if name == _LANDMARKS else network
                bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), lean)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        if digest != LEAN_SHA256:
            sys.exit(f"The lean model that was built has checksum {digest}, not {LEAN_SHA256}: nothing was installed.")
        made.replace(target)


if __name__ == "__main__":
    install(Path(sys.argv[1]), Path(sys.argv[2]))
