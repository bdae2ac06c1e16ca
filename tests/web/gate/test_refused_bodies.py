"""A body that a proxy refused gets the same answer as one that the server refuses."""

import pytest

from app.web.gate.request_limits import REFUSED_BODY

REFUSED = {REFUSED_BODY: "1"}


@pytest.mark.parametrize("method", ["GET", "POST"])  # a proxy may drop the body by asking with GET
def test_it_is_the_page_about_an_upload_that_is_too_large(client, method):
    answer = client.request(method, "/images", headers=REFUSED)

    assert answer.status_code == 413
    assert "The upload is too large" in answer.text
    assert "Up to 10 MiB would work" in answer.text


def test_it_names_the_limit_of_weight_files_where_one_was_sent(client):
    answer = client.post("/weights", headers=REFUSED | {"Accept": "application/json"})

    assert answer.status_code == 413
    assert "64 MiB" in answer.json()["message"]


def test_it_has_the_form_that_was_asked_for_and_can_be_read_in_an_embedded_view(client):
    answer = client.get("/embed/images", headers=REFUSED | {"HX-Request": "true", "Origin": "null"})

    assert answer.status_code == 413
    assert "<html" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_no_cache_stores_it(client):
    answer = client.get("/images/cat", headers=REFUSED)

    assert answer.status_code == 413
    assert "no-" in answer.headers["Cache-Control"]
    assert client.get("/images/cat").status_code == 200
