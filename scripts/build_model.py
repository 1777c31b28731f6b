"""Build the pose landmarker bundle from the networks that a pinned MediaPipe wheel carries.

MediaPipe 1.x ships no model. The last wheel with the BlazePose networks inside (Apache-2.0) is fetched by pip with a
pinned hash, the two networks get the metadata that the Tasks API asks for, and the bundle is checked against its own
pinned checksum, so that every machine measures with the same bytes.

    python -m scripts.build_model MODEL.task
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as tflite

BUNDLE_SHA256 = "aee89464e08dacb59e6c196e0e9b2dd56da03885243ff95421c3d70b48dcd2ca"
WHEEL_PIN = Path(__file__).parent.parent / "requirements" / "model.txt"
DETECTOR = "mediapipe/modules/pose_detection/pose_detection.tflite"
LANDMARKER = "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"


def fetch_wheel(folder: Path) -> Path:
    """Download the pinned wheel with whatever index pip is set up for; pip checks its hash."""
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
    subprocess.run([*command, "--dest", str(folder), "--requirement", str(WHEEL_PIN)], check=True)
    return next(folder.glob("mediapipe-*.whl"))


class AlignedBuffer(tflite.BufferT):  # type: ignore[misc]
    """Packs its bytes on a 16-byte boundary, as the TFLite schema demands and its Python writer forgets."""

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: D102, N802 - the generated interface's name
        if self.data is None:
            return int(super().Pack(builder))
        payload = bytes(bytearray(self.data))
        builder.StartVector(1, len(payload), 16)
        builder.head -= len(payload)
        builder.Bytes[builder.head : builder.head + len(payload)] = payload
        vector = builder.EndVector()
        tflite.BufferStart(builder)
        tflite.BufferAddData(builder, vector)
        return int(tflite.BufferEnd(builder))


def with_image_metadata(network: bytes, *, mean: float, std: float) -> bytes:
    """The network with a description of its one input: an RGB image, normalised as (value - mean) / std."""
    normalisation = metadata.NormalizationOptionsT()
    normalisation.mean, normalisation.std = [mean], [std]
    unit = metadata.ProcessUnitT()
    unit.optionsType = metadata.ProcessUnitOptions.NormalizationOptions
    unit.options = normalisation
    image = metadata.ImagePropertiesT()
    image.colorSpace = metadata.ColorSpaceType.RGB
    content = metadata.ContentT()
    content.contentPropertiesType = metadata.ContentProperties.ImageProperties
    content.contentProperties = image
    tensor = metadata.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [unit]

    model = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(network, 0))
    subgraph = metadata.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [tensor]
    subgraph.outputTensorMetadata = [metadata.TensorMetadataT() for _ in model.subgraphs[0].outputs]
    description = metadata.ModelMetadataT()
    description.subgraphMetadata = [subgraph]
    packed = flatbuffers.Builder(0)
    packed.Finish(description.Pack(packed), b"M001")

    buffer = tflite.BufferT()
    buffer.data = np.frombuffer(bytes(packed.Output()), np.uint8)
    model.buffers.append(buffer)
    for each in model.buffers:
        each.__class__ = AlignedBuffer
    entry = tflite.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata = [old for old in model.metadata or [] if old.name != b"TFLITE_METADATA"] + [entry]
    builder = flatbuffers.Builder(len(network) + 4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def build(wheel: Path, target: Path) -> str:
    """Write the bundle of `wheel`'s networks to `target` and return its SHA-256."""
    with zipfile.ZipFile(wheel) as archive:
        parts = {
            "pose_detector.tflite": with_image_metadata(archive.read(DETECTOR), mean=127.5, std=127.5),
            "pose_landmarks_detector.tflite": with_image_metadata(archive.read(LANDMARKER), mean=0.0, std=255.0),
        }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in parts.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def is_right(target: Path) -> bool:
    """Whether the bundle is there and holds the pinned bytes."""
    return target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == BUNDLE_SHA256


def install(wheel: Path, target: Path) -> None:
    """Build `target`, all of it or nothing.

    Raises:
        SystemExit: The bundle that was built is not the pinned one.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        digest = build(wheel, made)
        if digest != BUNDLE_SHA256:
            sys.exit(f"The model that was built has checksum {digest}, not {BUNDLE_SHA256}: nothing was installed.")
        made.replace(target)


def main(target: Path) -> None:
    """Make `target` unless it is there and right."""
    if not is_right(target):
        with tempfile.TemporaryDirectory() as folder:
            install(fetch_wheel(Path(folder)), target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
