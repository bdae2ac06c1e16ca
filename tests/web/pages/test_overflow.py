"""Weights whose maps overflow: a sentence on every view, never an error of the server."""

import io

import numpy as np
import pytest
from safetensors.numpy import save

JSON = {"Accept": "application/json"}
OF_A_LAYER = (
    *(
        "/maps",
        "/maps.json",
        "/maps.png",
        "/maps/filters.png",
        "/maps/1",
        "/maps/1.json",
        "/maps/1.png",
    ),
    *(
        "/maps/1/values",
        "/maps/1/filter.png",
        "/maps/1/contributions",
        "/maps/1/contributions.json",
    ),
    *("/maps/1/contributions.png", "/maps/1/sums/2.png", "/maps/1/contributions/2/values"),
    "/maps/1/sums/moving",
    *(
        "/maps/1/contributions/figure.svg",
        "/maps/1/pixel?row=3&col=4",
        "/maps/1/pixel.json?row=3&col=4",
    ),
    *("/maps/1/pixel.xlsx?row=3&col=4", "/maps/1/projections", "/maps/1/projections.json"),
    *("/maps/1/projections.png", "/wall", "/wall.json", "/wall.png", "/wall/sums.png", "/costs"),
    *("/one_layer", "/one_layer.json", "/one_layer.png"),
)
VIEWS = (
    *(
        "",
        ".json",
        "/trace.npz",
        "/export",
        "/export/maps.csv",
        "/export/weights.npz",
        "/preview.png",
    ),
    *("/export/stack_torch.py", "/one_layer", "/one_layer.json", "/one_layer.png"),
    *(f"/layers/{layer}{view}" for layer in (1, 2) for view in OF_A_LAYER),
)


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, shape)


@pytest.mark.parametrize("size", [1e19, 1e30, 1e38])
def test_weights_whose_maps_overflow_are_refused_with_what_was_found(client, size):
    file = npz(weight1=noise(4, 3, 3, 3) * size, weight2=noise(4, 4, 3, 3) * size)

    answer = client.post("/weights", files={"file": file}, headers=JSON)

    assert answer.status_code == 422
    assert "with which a map can reach" in answer.json()["message"] or "float32" in answer.text


@pytest.mark.parametrize("settings", ["&normalise=0,0,0,0.001,0.001,0.001", ""])
def test_a_view_of_maps_that_overflow_says_so(client, settings):
    """Settings can be changed after an import, so that its maps overflow all the same."""
    weights = {
        "a.weight": (noise(4, 3, 3, 3) * 1e16).astype(np.float32),
        "b.weight": (noise(4, 4, 3, 3) * 1e16).astype(np.float32),
    }
    body = client.post(
        "/weights?size=32&activation1=linear&activation2=linear",
        files={"file": save(weights)},
        headers=JSON,
    ).json()
    path, _, query = body["url"].partition("?")

    refused = 0
    for view in VIEWS:
        own, _, more = view.partition("?")
        answer = client.get(f"{path}{own}?{query}{settings}&{more}".rstrip("&"))
        assert answer.status_code in (200, 404, 422), (view, answer.status_code)
        if answer.status_code == 422:
            assert settings, view
            assert "so large" in answer.text, view
            refused += 1
    assert (refused > 20) == bool(settings)
