"""Work shared by threads."""

import numpy as np
import pytest

from app.engine.compute.threads import share


@pytest.mark.parametrize("threads", [1, 3])
def test_every_task_is_done_once(threads):
    done: list[int] = []

    share(range(50), done.extend, threads=threads)

    assert sorted(done) == list(range(50))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_settings_of_numpy_are_afterwards_what_they_were_even_after_a_failure(threads):
    before = np.getbufsize()

    def fail(tasks):
        raise KeyError(next(tasks))

    with pytest.raises(KeyError, match="7"):
        share([7, 7, 7], fail, threads=threads)

    assert np.getbufsize() == before
