"""The default stack, compared with ONNX Runtime and PyTorch: `python -m tools.bench.engine`."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from threadpoolctl import threadpool_limits

from app.engine.arrays import Float
from app.engine.compute.forward import forward
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.compute.buffers import Buffers

THREADS = 2
REUSED_BYTES = 128 * 2**20
WARM_UP = 3
ROUNDS = 15
AGREEMENT = 1e-4  # relative to the largest value
PAUSE_S = 0.02  # so that no thread of the previous engine is still spinning


@dataclass(frozen=True)
class Row:
    """One engine: its times, and their ratio to ONNX Runtime's in the same rounds."""

    name: str
    median_ms: float
    best_ms: float
    ratio: float  # the median divided by ONNX Runtime's median
    best_ratio: float
    peak_mib: float | None  # in addition to the memory before, outputs included


def rows(rounds: int = ROUNDS) -> list[Row]:
    """Time one pass of the default stack in every engine, in interleaved rounds."""
    spec, image, banks = _default_stack()
    memory = Buffers(REUSED_BYTES)  # like the server; ONNX Runtime and PyTorch reuse theirs too
    with threadpool_limits(1, user_api="blas"):
        passes: dict[str, Callable[[], Float]] = {
            "Convfold": lambda: (
                forward(image, spec, banks, threads=THREADS, empty=memory.empty)
                .layers[1]
                .activation
            ),
            "ONNX Runtime": _onnx_runtime(image, banks, outputs=["activation2"]),
            "ONNX Runtime, all four arrays": _onnx_runtime(
                image,
                banks,
                outputs=["activation2", "preactivation1", "activation1", "preactivation2"],
            ),
        }
        passes |= _pytorch(image, banks)
        _check_agreement(passes)
        times = interleaved(passes, rounds)
        peak = _peak_mib(lambda: forward(image, spec, banks, threads=THREADS).layers[1].activation)
    peers = times["ONNX Runtime"]
    return [
        Row(
            name,
            median(taken),
            min(taken),
            median(taken) / median(peers),
            min(taken) / min(peers),
            peak if name == "Convfold" else None,
        )
        for name, taken in times.items()
    ]


def onnx_session(
    shape: tuple[int, ...], banks: tuple[FilterBank, FilterBank], *, outputs: list[str]
) -> onnxruntime.InferenceSession:
    """Return both layers with ReLU; the input is `image`, (1, C, H, W), and outputs end in the layer's number."""
    nodes, weights, last = [], [], "image"
    for number, bank in enumerate(banks, start=1):
        weights.append(numpy_helper.from_array(bank.weight, f"weight{number}"))
        weights.append(numpy_helper.from_array(bank.bias, f"bias{number}"))
        inputs, before = [last, f"weight{number}", f"bias{number}"], f"preactivation{number}"
        last = f"activation{number}"
        nodes.append(helper.make_node("Conv", inputs, [before], auto_pad="SAME_UPPER"))
        nodes.append(helper.make_node("Relu", [before], [last]))
    graph = helper.make_graph(
        nodes,
        "stack",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, *shape))],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    # Its threads would spin on after a run, and take a core from the next one.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _default_stack() -> tuple[StackSpec, Float, tuple[FilterBank, FilterBank]]:
    spec, random = StackSpec(), np.random.default_rng(0)
    image = random.random(spec.input_shape(1), np.float32) - np.float32(0.5)
    first, second = (
        FilterBank(
            random.standard_normal(spec.weight_shape(number), np.float32) * np.float32(0.1),
            random.standard_normal(spec.layers[number - 1].filters, np.float32),
        )
        for number in (1, 2)
    )
    return spec, image, (first, second)


def _onnx_runtime(
    image: Float, banks: tuple[FilterBank, FilterBank], *, outputs: list[str]
) -> Callable[[], Float]:
    session, batch = onnx_session(image.shape, banks, outputs=outputs), image[None]
    return lambda: session.run(outputs, {"image": batch})[0][0]


def _pytorch(image: Float, banks: tuple[FilterBank, FilterBank]) -> dict[str, Callable[[], Float]]:
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(THREADS)
    tensors = [(torch.tensor(bank.weight), torch.tensor(bank.bias)) for bank in banks]

    def run() -> Float:
        with torch.inference_mode():
            maps = torch.from_numpy(image)[None]
            for weight, bias in tensors:
                maps = torch.relu(torch.nn.functional.conv2d(maps, weight, bias, padding="same"))
            return np.asarray(maps[0].numpy())

    return {"PyTorch": run}


def _check_agreement(passes: dict[str, Callable[[], Float]]) -> None:
    results = {name: run() for name, run in passes.items()}
    expected = results["ONNX Runtime"]
    for name, result in results.items():
        error = np.abs(result - expected).max() / np.abs(expected).max()
        if error > AGREEMENT:
            raise RuntimeError(f"{name} is off by {error:.1e} of the largest value")


def interleaved(passes: dict[str, Callable[[], Float]], rounds: int) -> dict[str, list[float]]:
    """Run each once in every round, and return the milliseconds of all runs."""
    times: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(WARM_UP + rounds):
        for name, run in passes.items():
            time.sleep(PAUSE_S)
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: taken[WARM_UP:] for name, taken in times.items()}


def _peak_mib(run: Callable[[], Float]) -> float:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / 2**20


def main() -> None:
    """Print the table."""
    print(f"The default stack, {THREADS} threads each, {ROUNDS} interleaved rounds")
    print(f"{'':32}{'median ms':>10}{'best ms':>10}{'ratio':>8}{'of bests':>10}{'peak MiB':>10}")
    for row in rows():
        peak = "" if row.peak_mib is None else f"{row.peak_mib:.0f}"
        print(
            f"{row.name:32}{row.median_ms:10.1f}{row.best_ms:10.1f}"
            f"{row.ratio:8.2f}{row.best_ratio:10.2f}{peak:>10}"
        )


if __name__ == "__main__":
    main()
