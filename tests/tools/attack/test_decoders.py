"""The hook of the attack on decoders acts in other processes than the server, on its own pictures only."""

import signal
import subprocess
import sys

import pytest
from PIL import Image

from tools.attack.attacks.decoders import HOOKS, failing
from tools.attack.hooks.sitecustomize import MISHAPS, serves
from tools.attack.run import PICTURE

OPEN = "import sys; from PIL import Image; print(Image.open(sys.stdin.buffer).size)"
SEEK = "import io, sys; sys.stdin = io.TextIOWrapper(io.BytesIO(sys.stdin.buffer.read()));"


def decoded(picture: bytes, *, seconds: float = 30) -> subprocess.CompletedProcess[bytes]:
    """Open a picture in a process that finds the hook."""
    return subprocess.run(
        [sys.executable, "-c", SEEK + OPEN],
        input=picture,
        env={"PYTHONPATH": str(HOOKS)},
        capture_output=True,
        timeout=seconds,
    )


def test_an_ordinary_picture_is_opened():
    assert decoded(PICTURE).returncode == 0
    assert decoded(PICTURE).stdout.startswith(b"(")


def test_a_picture_with_the_sign_makes_the_decoder_crash_or_leave():
    crashed, left = (decoded(failing(word)) for word in (b"crash", b"leave"))

    assert crashed.returncode == -signal.SIGSEGV
    assert (left.returncode, left.stdout) == (0, b"")


@pytest.mark.parametrize("word", [b"hang", b"spin"])
def test_a_picture_with_the_sign_keeps_the_decoder(word):
    with pytest.raises(subprocess.TimeoutExpired):
        decoded(failing(word), seconds=2)


def test_the_process_of_a_tool_is_left_alone(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(failing(b"leave"))

    with Image.open(path) as image:
        assert image.size
    assert not serves()
    assert set(MISHAPS) == {b"crash", b"hang", b"spin", b"swell", b"leave"}
