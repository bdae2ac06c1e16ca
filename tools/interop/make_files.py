"""Saves small models with the packages whose files can be imported, and the packages' own outputs.

    python -m tools.interop.make_files           writes tests/untrusted/weights/files anew
    python -m tools.interop.make_files --check   makes other models, imports them and compares

It runs in a separate environment, requirements-interop.lock, since the packages are large.
"""

import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"  # read when Keras is imported

import keras
import numpy as np
import onnx
import onnx.reference
import torch
from safetensors.torch import save_file

from app.engine.arrays import Float
from app.engine.spec.layer import LayerSpec
from tools.interop.models import FILES, MODELS, OUTPUTS, Model, run_by_the_engine

SEED = 7
CHECKED_SEEDS = range(100, 105)
TOLERANCE = 1e-4


def main(arguments: list[str]) -> int:
    """Run the command; return 0 on success."""
    warnings.simplefilter("ignore", DeprecationWarning)  # the older exporter has fewer dependencies
    return check() if arguments == ["--check"] else write()


def write() -> int:
    """Write the files and the outputs of the packages."""
    outputs: dict[str, Any] = {}
    for model in MODELS:
        noise, pixels = model.input(SEED), model.picture()
        made = make(model, FILES / model.file, [noise, (pixels / 255).astype(np.float32)], SEED)
        outputs[f"{model.stem}/input"], outputs[f"{model.stem}/output"] = noise, made[0]
        outputs[f"{model.stem}/of_picture"] = made[1]
    np.savez_compressed(OUTPUTS, **outputs)
    return 0


def check() -> int:
    """Compare the engine with every package on models with new weights; return 1 if they differ."""
    worst = 0.0
    for model in MODELS:
        for seed in CHECKED_SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                path, picture = Path(folder, model.file), model.input(seed)
                (output,) = make(model, path, [picture], seed)
                ours = run_by_the_engine(model, path.read_bytes(), picture)
            worst = max(worst, difference := float(np.abs(ours - output).max()))
            print(f"{model.file:28} seed {seed}: greatest difference {difference:.1e}")
    versions = {each.__name__: each.__version__ for each in (keras, torch, onnx, np)}
    print(f"{versions}: greatest of all {worst:.1e}, {TOLERANCE:.0e} allowed")
    return int(not worst <= TOLERANCE)


def make(model: Model, path: Path, pictures: list[Float], seed: int) -> list[Float]:
    """Save a model with random weights and biases with its package; return the package's outputs."""
    package = model.file.partition(".")[0].partition("_")[0]
    maker: Callable[[Model, Path, list[Float], int], list[Float]] = {
        "keras": by_keras,
        "torch": by_torch,
        "helper": by_onnx,
    }[package]
    return maker(model, path, pictures, seed)


def by_keras(model: Model, path: Path, pictures: list[Float], seed: int) -> list[Float]:
    """Save a Keras model, compiled so that its optimiser has arrays of the same shapes."""
    keras.utils.set_random_seed(seed)
    layers = [_keras_layer(spec) for spec in model.layers]
    nets = [
        keras.Sequential([keras.Input((*picture.shape[1:], model.channels)), *layers])
        for picture in pictures
    ]
    net = nets[0]
    net.compile(keras.optimizers.Adam())
    net.optimizer.build(net.trainable_variables)
    if path.name.endswith(".weights.h5"):
        net.save_weights(path)
    else:
        net.save(path)
    outputs = [
        net(picture.transpose(1, 2, 0)[None], training=False)
        for net, picture in zip(nets, pictures, strict=True)
    ]
    return [np.asarray(output)[0].transpose(2, 0, 1) for output in outputs]


def by_torch(model: Model, path: Path, pictures: list[Float], seed: int) -> list[Float]:
    """Save the state dict of a PyTorch module as safetensors, or export the module as ONNX."""
    torch.manual_seed(seed)
    channels, parts = model.channels, []
    for spec in model.layers:
        parts.append(_torch_layer(spec, channels))
        parts += [torch.nn.ReLU()] if spec.activation == "relu" else []
        channels = spec.filters
    net, xs = torch.nn.Sequential(*parts), [torch.from_numpy(one)[None] for one in pictures]
    if "bfloat16" in path.name:
        net = net.to(torch.bfloat16)
    if path.suffix == ".onnx":
        torch.onnx.export(net, (xs[0],), path, dynamo=False)
    else:
        save_file(net.state_dict(), path)
    with torch.no_grad():
        return [net.float()(x)[0].numpy() for x in xs]


def by_onnx(model: Model, path: Path, pictures: list[Float], seed: int) -> list[Float]:
    """Save a hand-made graph with one weight as a constant and values in typed fields; run it with ONNX itself."""
    random, channels, nodes, held = np.random.RandomState(seed), model.channels, [], []
    for number, spec in enumerate(model.layers):
        weight = random.normal(0, 0.3, (spec.filters, channels, *spec.kernel))
        tensor = onnx.helper.make_tensor(
            f"w{number}", onnx.TensorProto.FLOAT, weight.shape, weight.ravel()
        )
        bias = onnx.numpy_helper.from_array(
            random.normal(0, 0.3, spec.filters).astype(np.float32), f"b{number}"
        )
        held += [bias, tensor] if number else [bias]
        nodes += [] if number else [onnx.helper.make_node("Constant", [], ["w0"], value=tensor)]
        names = [f"x{number}", f"w{number}", f"b{number}"]
        nodes.append(onnx.helper.make_node("Conv", names, [f"y{number}"], auto_pad="SAME_UPPER"))
        nodes += [] if number else [onnx.helper.make_node("Relu", ["y0"], ["x1"])]
        channels = spec.filters
    net = _model(nodes, held, [1, *pictures[0].shape])
    onnx.save(net, path)
    evaluator = onnx.reference.ReferenceEvaluator(net)
    outputs: list[Any] = [evaluator.run(None, {"x0": picture[None]}) for picture in pictures]
    return [output[0][0] for output in outputs]


def _model(
    nodes: list[onnx.NodeProto], held: list[onnx.TensorProto], shape: list[int]
) -> onnx.ModelProto:
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes,
        "two convolutions",
        [value("x0", onnx.TensorProto.FLOAT, shape)],
        [value("y1", onnx.TensorProto.FLOAT, [1, None, None, None])],
        initializer=held,
    )
    net = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    onnx.checker.check_model(net)
    return net


def _keras_layer(spec: LayerSpec) -> keras.Layer:
    return keras.layers.Conv2D(
        spec.filters,
        spec.kernel,
        strides=spec.stride,
        dilation_rate=spec.dilation,
        padding=spec.padding,
        groups=spec.groups,
        activation=spec.activation,
        bias_initializer=keras.initializers.RandomNormal(stddev=0.3),
    )


def _torch_layer(spec: LayerSpec, channels: int) -> torch.nn.Module:
    return torch.nn.Conv2d(
        channels,
        spec.filters,
        spec.kernel,
        stride=spec.stride,
        padding=spec.padding,
        dilation=spec.dilation,
        groups=spec.groups,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
