"""Live: the lab that follows a camera or a drawing, and the answer to each of its frames.

The page posts one frame after the other, each when the answer to the last one has come:

    POST /live?{settings}&open=2.22&sum=11      Content-Type: image/jpeg or image/png, at most 64 KiB, 512 x 512

`open` names the map (layer.number) whose fold stands open, `sum` the step of its running sum; both may be missing.
The answer is `application/octet-stream`, and nothing of it or of the frame is kept:

    4 bytes     the length of the head, most significant byte first
    head        JSON in UTF-8 (app.lab.stage.live_views.LiveView)
    pictures    grey JPEG files, one after the other, of the lengths and in the order that the head gives

The grey levels of a picture are about the indices into the colours of signed values, which are `data-colours` of
<live-stage>: 256 times rrggbb. Index 128 is 0, 1 and 255 are the ends of the scale. The head has

    approximate  true: the pictures are lossy, with small tiles. The numbers are exact.
    pictures     a list; each has
        name         `layer1`, `layer2`: the sheet of the maps of a layer. `contributions`: the sheet of what the
                     open fold adds. `sum`: the open map at the step `sum`, alone, at its full size up to 256.
                     Without `open`: layer1, layer2. With open=2.c: layer1 (as layer 2 reads it), contributions,
                     sum, layer2. With open=1.c: contributions, sum, layer1.
        length       bytes of its JPEG file
        width, height, columns    of the sheet in pixels, and its tiles in a row
        tile         [width, height] of each tile in pixels
        edge         pixels round each tile that repeat its rim; 0 in `sum`. Tile i begins at
                     x = (i % columns) * (tile[0] + 2 * edge) + edge,
                     y = floor(i / columns) * (tile[1] + 2 * edge) + edge
        ranges       [least, greatest] of each tile, as the tiles of the page have them: of the whole map
        silent       the numbers of the tiles whose map is 0 everywhere (of layer1 and layer2; else empty)
        legend       {minimum, limit, beyond} as those of the page; null where each tile has a scale of its own
    fold         null, or of the open fold {layer, channel, step, last, count}: `count` are in the sum

What cannot work is answered as elsewhere, as JSON where `Accept: application/json` asks for it: 400 empty, 408 too
slow, 413 too large, 415 neither JPEG nor PNG, 422 damaged or a setting that cannot work, 503 with `Retry-After`.
"""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Body, Depends, Response
from starlette.requests import Request

from app.lab.fold.build import fold_view
from app.lab.lab import Lab
from app.lab.state.state import State
from app.web import htmx
from app.web.address.params import open_map, whole_or_none
from app.web.lab_answer import answer_lab, was_taken_away
from app.web.rendering import urls_of
from app.web.route_context import get_lab, get_state, get_upload_state
from app.web.route_facts import FRAME, LIVE_VIEW, FactRouter

router = FactRouter()


@dataclass(frozen=True, kw_only=True)
class LivePage:
    """What the page of the lab needs to be live: the map (layer, channel) whose fold is open, and addresses."""

    opened: tuple[int, int] | None
    frames: str  # takes the frames
    leave: str  # the same view, not live
    kept_hours: int  # of a frame that is frozen
    colours: str  # of the grey levels of an answer, as 256 times rrggbb


@router.get("/images/{image_id}/live", LIVE_VIEW, name="live")
def show_live(
    request: Request,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the lab, which shows its picture until frames come; with `open`, the fold of a map."""
    opened = open_map(request.query_params)
    ordinary, state = urls_of(request, state), _by_number(state)
    urls = urls_of(request, state)
    if opened is None or was_taken_away(request, state, *opened):
        opened, step = None, None
        view, here, leave = lab.page.view(state), urls.live.page(), ordinary.lab
    else:
        step = _step(request, lab, state, *opened)
        # The shares of the contributions are those of the picture of the address, and not shown.
        fold = replace(fold_view(lab.passes, state, *opened, step=step), varies=False)
        view = lab.page.view(state, opened, fold=fold)
        here, leave = urls.live.opened(*opened, step=step), ordinary.fold.page(*opened, step=step)
    frames, colours = urls.live.frames(opened, step), lab.frames.colours
    hours = lab.settings.image_hours
    live = LivePage(opened=opened, frames=frames, leave=leave, kept_hours=hours, colours=colours)
    return answer_lab(request, view, state, stage=here, live=live)


@router.post("/live", FRAME, name="live.frame")
def answer_frame(
    request: Request,
    state: Annotated[State, Depends(get_upload_state)],
    lab: Annotated[Lab, Depends(get_lab)],
    frame: Annotated[bytes, Body(media_type="image/jpeg")] = b"",
) -> Response:
    """Answer the maps of one frame, which is then forgotten: see the head of this module."""
    step = whole_or_none("sum", request.query_params)
    answer = lab.frames.answer(frame, state, open_map(request.query_params), step)
    return Response(answer, media_type="application/octet-stream")


def _step(request: Request, lab: Lab, state: State, layer: int, channel: int) -> int | None:
    """Return the step of the sum; where a changed setting leaves fewer steps, the sum is whole."""
    step = whole_or_none("sum", request.query_params)
    if step is None or not htmx.wants_fragment(request):
        return step
    last = lab.passes.fold(state, layer, channel).last_step(state.display.show)
    return step if step <= last else None


def _by_number(state: State) -> State:
    """Return the state with contributions in the order of their numbers: by size, it depends on the frame."""
    return replace(state, display=replace(state.display, order="index"))
