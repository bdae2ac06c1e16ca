"""One frame of a live picture: decoded as strangers' files are, prepared as the working square, and not kept."""

from app.engine.arrays import Float
from app.lab.compute_timing import timed
from app.lab.keep.decoding import Decoder
from app.lab.keep.prepare import prepare
from app.lab.state.state import State
from app.messages import sentence
from app.untrusted.pictures.decode import DecodeLimits
from app.untrusted.pictures.errors import EmptyFile, NotAPicture

MOST_FRAME_BYTES = 64 * 2**10
FRAME_SIDE = 512  # pixels
FRAME_WEIGHT = FRAME_SIDE**2 * 2  # more than a frame of any kind weighs (see `limits.weight`)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # JPEG, PNG
_LIMITS = DecodeLimits(max_pixels=FRAME_SIDE**2, max_side=FRAME_SIDE, max_jpeg_pixels=FRAME_SIDE**2)


@timed("decode")
def read_frame(decoder: Decoder, data: bytes, state: State) -> Float:
    """Return the square of a frame, (C, size, size) in [0, 1], as the state's settings say.

    Raises:
        PictureError: the frame is empty, no JPEG or PNG, too large, or damaged.
    """
    if not data:
        raise EmptyFile(sentence("The frame is empty; one JPEG or PNG picture would work."))
    if not data.startswith(_STARTS):
        raise NotAPicture(sentence("The frame is neither JPEG nor PNG; one of the two would work."))
    picture = decoder.decode(data, limits=_LIMITS, weight=FRAME_WEIGHT)
    stack = state.stack
    return prepare(picture.pixels, size=stack.size, fit=state.fit, channels=stack.channels).image
