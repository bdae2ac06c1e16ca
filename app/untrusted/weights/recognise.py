"""Which format a file is in, by its content, never by its name; what is refused is called by its name."""

from collections.abc import Iterable
from typing import Literal

from app.messages import Message, enumerated, sentence
from app.untrusted.weights.errors import NotWeights, UnsupportedWeights, WeightsError
from app.untrusted.weights.limits import FORMATS

Found = Literal["zip", "hdf5", "npy", "safetensors", "onnx"]

HEAD = 512  # bytes that are looked at
_ONNX_VERSIONS = range(1, 32)  # versions of the format, with which a model starts

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"GGUF", "GGUF"),
    (b"ggml", "GGUF"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"(\xb5/\xfd", "archive"),
    (b"7z\xbc\xaf'\x1c", "archive"),
    (b"Rar!", "archive"),
)

TORCH = (
    "import torch; from safetensors.torch import save_file; "
    'found = torch.load("file.pt", map_location="cpu", weights_only=False); '
    'found = found.state_dict() if hasattr(found, "state_dict") else found; '
    'found = next((found[k] for k in ("state_dict", "model_state_dict", "model", "net", "ema") '
    "if k in found), found); "
    'found = found.state_dict() if hasattr(found, "state_dict") else found; '
    "save_file({k: v.detach().clone().contiguous() for k, v in found.items() "
    'if isinstance(v, torch.Tensor)}, "file.safetensors")'
)
TENSORFLOW = "python -m tf2onnx.convert --saved-model folder --output model.onnx"
TFLITE = "python -m tf2onnx.convert --tflite file.tflite --output model.onnx"
TFJS = "tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras model.json model.h5"


def recognise(head: bytes) -> Found:
    """Return the format of a file by its first bytes, HEAD of them.

    Raises:
        NotWeights, UnsupportedWeights: it is in none that is read; the message names it where it is known.
    """
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return "hdf5"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head[4:9] == b"\0\0\0\0{":  # a length below 4 GiB, then a JSON object
        return "safetensors"
    refused = _named(head)
    if refused:
        raise refused
    if len(head) > 2 and head[0] == 8 and head[1] in _ONNX_VERSIONS:
        return "onnx"
    if not head:
        raise NotWeights(
            sentence(
                "The file is empty; .npz, .safetensors, .weights.h5, .keras or .onnx would work."
            )
        )
    raise NotWeights(
        sentence(
            "The file is in none of the formats that are read; .npz, .safetensors, "
            ".weights.h5, .keras or .onnx would work."
        )
    )


def check_accepted(format: str, accepted: tuple[str, ...]) -> None:
    """Refuse a format that the operator does not accept.

    Raises:
        UnsupportedWeights: it is not one of `accepted`.
    """
    if format not in accepted:
        raise UnsupportedWeights(
            sentence(
                "The file is in the format {format}, which this server does not accept; {accepted} "
                "would work.",
                format=format,
                accepted=enumerated(each for each in FORMATS if each in accepted),
            )
        )


def refused_zip(names: Iterable[str]) -> WeightsError:
    """Return why a zip file that is no file of weights is refused, by the names of its members."""
    names = list(names)
    if any(name.endswith("data.pkl") for name in names):
        return pickled()
    if any(name.endswith(("saved_model.pb", "variables.index")) for name in names):
        return UnsupportedWeights(_converted("a SavedModel of TensorFlow", TENSORFLOW))
    if any(name.endswith(".mlmodel") or "com.apple.CoreML" in name for name in names):
        return _core_ml()
    if any(name.endswith("model.json") for name in names):
        return UnsupportedWeights(_converted("a model of TensorFlow.js", TFJS))
    if any(name.endswith((".pt", ".pth", ".ckpt", ".bin", ".pkl")) for name in names):
        return pickled()
    return NotWeights(
        sentence(
            "The zip file is neither an .npz nor a .keras file, and holds no .safetensors; .npz, "
            ".safetensors, .weights.h5, .keras or .onnx would work."
        )
    )


def pickled() -> UnsupportedWeights:
    """Return why a pickle is refused."""
    return UnsupportedWeights(
        sentence(
            "The file is pickled, as torch.save writes it, and pickles can run code, so they "
            "are never read. If you trust the file, the same weights saved by "
            "safetensors.torch.save_file would work; this line converts them: {line}",
            line=TORCH,
        )
    )


def _named(head: bytes) -> WeightsError | None:
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return pickled()
    if head[4:8] == b"TFL3":
        return UnsupportedWeights(_converted("a model of TensorFlow Lite", TFLITE))
    if head[257:262] == b"ustar":
        return _archive()
    for start, what in _STARTS:
        if head.startswith(start):
            return _archive() if what == "archive" else _gguf()
    if head.lstrip()[:1] == b"{" and (b"modelTopology" in head or b"weightsManifest" in head):
        return UnsupportedWeights(_converted("a model of TensorFlow.js", TFJS))
    if _begins_with_messages(head):
        saved = head[1] == 1  # the version of every SavedModel
        return (
            UnsupportedWeights(_converted("a SavedModel of TensorFlow", TENSORFLOW))
            if saved
            else _core_ml()
        )
    return None


def _begins_with_messages(head: bytes) -> bool:
    """Return whether a version and then a message follow, as in SavedModel and Core ML; ONNX has text there."""
    body = 4
    while body < 9 and head[body - 1 : body] >= b"\x80":  # the length of field 2
        body += 1
    return head[:1] == b"\x08" and head[2:3] == b"\x12" and head[body : body + 1] == b"\x0a"


def _converted(what: str, line: str) -> Message:
    return sentence(
        "The file is {what}, which is not read; this line makes a file that would work: {line}",
        what=what,
        line=line,
    )


def _core_ml() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The file is a model of Core ML, which is not read; the model from which it was converted, "
            "saved as .onnx, .keras or .safetensors, would work."
        )
    )


def _gguf() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The file is in the format GGUF, in which weights are mostly quantised, so it is not read; "
            "the model from which it was converted, saved as .safetensors, would work."
        )
    )


def _archive() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The file is an archive that is not opened (tar, gzip, 7z and the like); the file in it, or a "
            "zip of .safetensors with their index, would work."
        )
    )
