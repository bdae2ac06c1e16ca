"""Addresses that are built together are those that are built one by one."""

import pytest

from app.web.address.params import state_from_query
from app.web.address.urls import Urls
from app.web.embedding.frame import Frame

QUERIES: tuple[dict[str, str], ...] = ({}, {"kernel1": "5", "mute": "3,17", "order": "size"})


@pytest.mark.parametrize("frame", [None, Frame()])
@pytest.mark.parametrize("lang", ["", "de"])
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_addresses_built_together_are_those_built_one_by_one(query, lang, frame):
    urls = Urls("/below", state_from_query("cat", query), frame=frame, lang=lang)
    numbers = range(65)

    steps, live = urls.fold.steps(2, 7, 64), urls.live.steps(2, 7, 64)
    kernels = urls.maps.kernels(2, 7, 64)

    assert steps == tuple(urls.fold.page(2, 7, step=number) for number in numbers)
    assert live == tuple(urls.live.opened(2, 7, step=number) for number in numbers)
    assert kernels == tuple(urls.maps.one(2, 7, kernel=number) for number in range(64))
