"""Random requests, of every shape that a layer can have."""

from hypothesis import strategies as st

from app.engine.weights.initialisers import DISTRIBUTIONS, INITIALISERS
from app.engine.weights.request import BankRequest

SIDES = st.integers(1, 11)


@st.composite
def requests(draw, *, most_filters=40, most_channels=12, kernels=SIDES):
    """Return a BankRequest; the numbers of filters and of channels are often those of the default stack."""
    number = draw(st.sampled_from((1, 2)))
    groups = draw(st.sampled_from((1, 1, 1, 2, 3)))
    channels = (
        draw(st.sampled_from((1, 3)))
        if number == 1
        else draw(st.sampled_from((1, 3, most_channels)) | st.integers(1, most_channels))
    )
    return BankRequest(
        number=number,
        filters=groups * draw(st.integers(1, most_filters // groups)),
        channels=channels,
        kernel=(draw(kernels), draw(kernels)),
        groups=groups,
        seed=draw(st.integers(0, 2**32 - 1)),
        initialiser=draw(st.sampled_from(INITIALISERS)),
        distribution=draw(st.sampled_from(DISTRIBUTIONS)),
        first=draw(st.sampled_from((None, "random", "edges", "face"))) if number == 2 else None,
    )


def asked(number=1, filters=64, channels=3, kernel=3, **others):
    """Return a request for a square kernel."""
    return BankRequest(
        number=number, filters=filters, channels=channels, kernel=(kernel, kernel), **others
    )
