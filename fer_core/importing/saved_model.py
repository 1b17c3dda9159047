"""TensorFlow's SavedModel: a folder with saved_model.pb, or a zip file of one.

Where Keras 2 wrote it, its layers are described beside the graph: the network is built anew from that description and
the stored weights, and nothing of the graph is run. Any other one becomes a LiteRT network, which predicts only. Both
must give the same answers, else the description is left aside.
"""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.importing.foreign import Foreign, of_keras, of_lite
from fer_core.parsed import parse_json
from fer_core.runtime import _quiet_stderr, import_keras, import_tensorflow

FILE = "saved_model.pb"
_DESCRIBED = "keras_metadata.pb"
LARGEST = 2_000_000_000
"""Bytes that an archive may unfold into."""
_DEEPEST = 20
_LONGEST_NUMBER = 10
"""Bytes of a number in a protocol buffer."""

_OF_SAVING = ("MergeV2Checkpoints", "SaveV2", "RestoreV2", "ShardedFilename")
_REACHING_OUT = ("file", "pyfunc", "python", "reader", "writer", "socket", "http", "print", "debug", "dlopen", "load")
"""Parts of the names of operations that reach beyond the graph: files, Python, the network. TensorFlow's graphs are
programs; such a one is not run."""

Build = Callable[[Any, str], Any]
"""A Keras model, without weights, from the description of its layers and the file's name."""

PREDICTS = "A SavedModel without a description of its layers predicts only; save it as .keras for maps and filters."
DIFFERS = "The description of its layers gives another answer than its graph, so that it predicts only."


def is_saved_model(path: Path) -> bool:
    """Whether it is such a folder, or a zip file of one."""
    if path.is_dir():
        return bool(_folder_in(path))
    try:
        with zipfile.ZipFile(path) as file:
            return any(name.rpartition("/")[2] == FILE for name in file.namelist())
    except Exception:  # zipfile raises many kinds at damage: it is said where the file is opened
        return False


def open_saved_model(path: Path, build: Build) -> Foreign:
    """The network in it. Raises FerError for a graph that reaches out or can't be converted."""
    if path.is_dir():
        return _open(_folder_in(path) or path, path.name, build)
    with tempfile.TemporaryDirectory() as folder:
        _unpack(path, folder)
        return _open(_folder_in(Path(folder)) or Path(folder), path.name, build)


def _unpack(path: Path, folder: str) -> None:
    with zipfile.ZipFile(path) as file:
        if sum(one.file_size for one in file.infolist()) > LARGEST:
            raise FerError(f"{path.name} unfolds into more than {LARGEST // 10**9} GB; it is not opened.")
        if any(one.filename.count("/") > _DEEPEST for one in file.infolist()):
            raise FerError(f"{path.name} is damaged: it has folders in folders without end.")
        try:
            file.extractall(folder)  # zipfile keeps names inside the folder
        except Exception as error:  # zipfile and zlib raise many kinds at damage
            reason = " ".join(str(error).split())[:160] or type(error).__name__
            raise FerError(f"{path.name} is damaged ({reason}).") from None


def _folder_in(path: Path) -> Path | None:
    return next((one.parent for one in sorted(path.rglob(FILE), key=lambda one: len(one.parts))), None)


def _open(folder: Path, name: str, build: Build) -> Foreign:
    lite = of_lite(_converted(folder, name), name)
    config = _description(folder / _DESCRIBED)
    if config is None:
        return _noted(lite, PREDICTS)
    model = build(config, name)
    try:
        _fill(model, folder)
        noise = np.random.default_rng(0).random((2, *model.inputs[0].shape[1:]), np.float32)
        same = np.allclose(lite.ask(noise), np.asarray(model.predict_on_batch(noise)).reshape(2, -1), atol=1e-3)
    except Exception:  # TensorFlow raises many kinds where the weights are damaged or another network's
        same = False
    return of_keras(model) if same else _noted(lite, DIFFERS)


def _noted(foreign: Foreign, note: str) -> Foreign:
    from dataclasses import replace

    return replace(foreign, notes=(*foreign.notes, note))


def _converted(folder: Path, name: str) -> bytes:
    """The graph as a .tflite file, of LiteRT's own operations only."""
    tf = import_tensorflow()
    _check_operations(folder / FILE, name)
    try:
        with _quiet_stderr():
            content: bytes = tf.lite.TFLiteConverter.from_saved_model(str(folder)).convert()
    except Exception as error:  # the converter raises many kinds
        reason = " ".join(str(error).split())[:160]
        raise FerError(f"{name} can't be read as a SavedModel that predicts ({reason}).") from None
    return content


def _check_operations(path: Path, name: str) -> None:
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved = SavedModel()
    try:
        saved.ParseFromString(path.read_bytes())
    except DecodeError:
        raise FerError(f"{name} is damaged: its {FILE} can't be read.") from None
    for graph in (one.graph_def for one in saved.meta_graphs):
        nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
        for kind in {node.op for node in nodes} - set(_OF_SAVING):
            if any(part in kind.lower() for part in _REACHING_OUT):
                raise FerError(
                    f"{name} has the operation {kind!r} in its graph, which reaches beyond the network; it is not run."
                )


def _description(path: Path) -> Any:
    """The config of the root model as Keras 2 keeps it, or None, also where it is damaged."""
    if not path.is_file():
        return None
    try:
        for part in _strings(path.read_bytes(), 1):
            if _strings(part, 3) == [b"root"]:
                root = parse_json(_strings(part, 5)[0])
                if root.get("class_name") in ("Functional", "Sequential", "Model") and "config" in root:
                    return {"class_name": root["class_name"], "config": root["config"]}
    except (ValueError, IndexError, AttributeError, TypeError):
        return None
    return None


def _strings(message: bytes, wanted: int) -> list[bytes]:
    """Values of a length-delimited field of a protocol buffer's message (SavedMetadata is not among TensorFlow's)."""
    found, at = [], 0

    def number() -> int:
        nonlocal at
        value = 0
        for place in range(_LONGEST_NUMBER):
            byte = message[at]
            at += 1
            value |= (byte & 127) << 7 * place
            if byte < 128:
                return value
        raise IndexError("a number without end")

    try:
        while at < len(message):
            key = number()
            if key & 7 == 0:
                number()
            elif key & 7 == 2:
                length = number()
                if key >> 3 == wanted:
                    found.append(message[at : at + length])
                at += length
            else:
                at += 8 if key & 7 == 1 else 4
    except IndexError:
        return []
    return found


def _fill(model: Any, folder: Path) -> None:
    """Puts the stored weights into a model, by the paths of its layers. Raises KeyError where one is not there."""
    from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

    tf = import_tensorflow()
    reader = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
    graph = TrackableObjectGraph()
    graph.ParseFromString(reader.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
    children = [{child.local_name: child.node_id for child in node.children} for node in graph.nodes]

    def fill(layer: Any, node: int) -> None:
        if isinstance(layer, import_keras().Model):
            for number, inner in enumerate(one for one in layer.layers if one.weights):
                fill(inner, children[node][f"layer_with_weights-{number}"])
            return
        values = []
        for weight in layer.weights:
            there = children[node]
            name = weight.name if weight.name in there else f"depthwise_{weight.name}"
            values.append(reader.get_tensor(graph.nodes[there[name]].attributes[0].checkpoint_key))
        layer.set_weights(values)

    fill(model, 0)
