"""What drawing the maps costs, compared with computing them: the sheets of both layers, and one pass."""

import time
from collections.abc import Iterator
from itertools import count, islice, pairwise
from statistics import median

from threadpoolctl import threadpool_limits

from app.engine.spec.stack import StackSpec
from app.lab.compute.layer_cache import Pass, Traces
from app.lab.compute.weight_banks import Banks
from app.lab.keep.decode_budget import MegapixelBudget
from app.lab.keep.imports import Imports
from app.lab.keep.prepare import prepare
from app.lab.keep.weight_jobs import WeightJobs
from app.lab.maps.pictures import sheet_png
from app.lab.pieces import scales
from app.lab.pieces.tiles import TILE
from app.lab.state.state import LAYERS, Display
from app.settings import Settings
from app.untrusted.pictures.decode import decode, warm_up
from app.untrusted.pool import Workers
from tools.bench.engine import PAUSE_S
from tools.bench.report import Line
from tools.bench.upload import PICTURE

WARM_UP = 3
ROUNDS = 15
FULL = 512  # the largest map, so that none is averaged down
# Of the sheets that the lab shows. A page has at most one of full size; to deflate both takes as long as a pass.
AIM = 1
DISPLAY = Display()


def lines() -> list[Line]:
    """Time pass, scales and sheets in interleaved rounds, with BLAS set as the server sets it."""
    with threadpool_limits(1, user_api="blas"):
        runs = islice(_passes_of_the_sample(), WARM_UP + ROUNDS)
        rounds = [_round(run) for run in runs][WARM_UP:]
    passes, ends, tiles, full = (list(times) for times in zip(*rounds, strict=True))
    return [
        Line(what="One pass of the sample", median_ms=median(passes), best_ms=min(passes)),
        _compared(passes, "  the ends of its scales", ends),
        _compared(passes, f"  encoding both sheets, tiles of {TILE}", tiles, aim=AIM),
        _compared(passes, "  encoding both sheets, full size", full),
    ]


def _passes_of_the_sample() -> Iterator[Pass]:
    spec = StackSpec()
    pixels = decode(PICTURE.read_bytes()).pixels
    prepared = prepare(pixels, size=spec.size, fit="crop", channels=spec.channels)
    settings = Settings()
    workers = Workers(1, imports=warm_up)  # none is started
    imports = Imports(settings, WeightJobs(workers, MegapixelBudget(1)))
    traces = Traces(settings.trace_cache_mib * 2**20, Banks(imports), threads=settings.threads)
    traces.warm_up(spec)
    for number in count():  # a new cache key, so that each pass is computed
        yield traces.of(number, prepared.image, spec)


def _round(run: Pass) -> tuple[float, float, float, float]:
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    run.layer(2)
    passed = time.perf_counter()
    for number in LAYERS:  # kept with the layer, so that drawing finds them
        scales.scale_limits(run, number, DISPLAY)
    recorded = time.perf_counter()
    _draw(run, TILE)
    tiled = time.perf_counter()
    _draw(run, FULL)
    moments = (start, passed, recorded, tiled, time.perf_counter())
    one, two, three, four = (1000 * (end - begin) for begin, end in pairwise(moments))
    return one, two, three, four


def _draw(run: Pass, tile: int) -> None:
    for number in LAYERS:
        sheet_png(run, number, DISPLAY, tile)


def _compared(
    passes: list[float], what: str, taken: list[float], *, aim: float | None = None
) -> Line:
    return Line(
        what=what,
        median_ms=median(taken),
        best_ms=min(taken),
        ratio=median(taken) / median(passes),
        peer="the pass",
        most_ratio=aim,
    )
