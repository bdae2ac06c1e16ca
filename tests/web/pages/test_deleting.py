"""Deletion by the uploader, and by nobody else."""

import io
import re

import numpy as np
import pytest
from PIL import Image

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def file(request) -> bytes:
    seed = sum(request.node.name.encode())  # a picture that no other test uploads
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def upload(client, file: bytes) -> dict:
    return client.post("/images", files={"file": file}, headers=JSON).json()


def test_a_page_reached_by_uploading_deletes_the_picture_with_its_own_form(client, file):
    page_url = client.post("/images", files={"file": file}).headers["Location"]
    page = client.get(page_url).text
    button = re.search(r'<button[^>]*form="delete"[^>]*value="[\w-]+"[^>]*>', page)[0]
    action, token = (
        re.search(rf' {name}="([^"]+)"', button)[1] for name in ("formaction", "value")
    )

    answer = client.post(action, data={"token": token})

    assert '<form id="delete" method="post"' in page
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(page_url).status_code == 404


def test_what_was_deleted_is_not_answered_from_memory(client, file):
    body = upload(client, file)
    addresses = [body["url"], f"{body['url']}.json", f"{body['url']}/layers/1/maps.png"]
    before = [client.get(address).status_code for address in addresses]

    client.delete(body["delete_url"])

    assert before == [200] * 3
    assert [client.get(address).status_code for address in addresses] == [404] * 3


def test_the_address_given_with_the_data_deletes_by_delete(client, file):
    body = upload(client, file)

    answer = client.delete(body["delete_url"])

    assert (answer.status_code, answer.content) == (204, b"")
    assert client.delete(body["delete_url"]).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "x" * 4000, "é"])
def test_a_wrong_token_deletes_nothing_and_is_told_what_would_work(client, file, token):
    body = upload(client, file)

    by_form = client.post(f"{body['url']}/delete", data={"token": token}, headers=JSON)
    by_address = client.delete(body["url"], params={"token": token}, headers=JSON)

    for answer in (by_form, by_address):
        assert answer.status_code == 403
        assert "address that the upload led to" in answer.json()["message"]
    assert client.get(body["url"]).status_code == 200


def test_a_token_that_is_a_file_is_refused_too(client, file):
    body = upload(client, file)

    answer = client.post(f"{body['url']}/delete", files={"token": b"x"}, headers=JSON)

    assert answer.status_code == 403
    assert client.get(body["url"]).status_code == 200


def test_the_token_of_one_picture_does_not_delete_another(client, file):
    body, other = upload(client, file), upload(client, file + b" ")

    answer = client.delete(body["url"], params={"token": other["delete_token"]})

    assert answer.status_code == 403
    assert client.get(body["url"]).status_code == 200


def test_a_deletion_does_not_take_the_same_file_from_someone_else(client, file):
    first, second = upload(client, file), upload(client, file)

    client.delete(first["delete_url"])
    after_one = client.get(first["url"]).status_code
    client.delete(second["delete_url"])

    assert first["url"] == second["url"]
    assert (after_one, client.get(first["url"]).status_code) == (200, 404)


def test_what_is_said_after_a_deletion_is_the_same_whether_someone_else_holds_the_file(
    client, file
):
    held, alone = upload(client, file), upload(client, file + b" ")
    upload(client, file)

    answers = [
        client.post(f"{body['url']}/delete", data={"token": body["delete_token"]})
        for body in (held, alone)
    ]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert "exactly the same file" in client.get(answers[0].headers["Location"]).text


def test_samples_cannot_be_deleted(client):
    assert client.delete("/images/cat?token=x").status_code == 403
    assert client.get("/images/cat").status_code == 200


def test_the_token_stands_in_the_value_of_the_button_and_in_no_address(client, file):
    body = upload(client, file)
    token = body["delete_token"]

    for headers in ({}, HTMX):
        answer = client.get(f"{body['url']}?size=64&token={token}", headers=headers)
        assert answer.text.count(token) == answer.text.count(f'value="{token}"') == 1
        assert "token" not in answer.headers.get("HX-Push-Url", "")


@pytest.mark.parametrize("token", ["right", "wrong"])
def test_a_page_with_a_token_is_kept_by_no_cache_and_not_named_to_others(client, file, token):
    body = upload(client, file)
    token = body["delete_token"] if token == "right" else token

    for _ in range(2):
        headers = client.get(f"{body['url']}?token={token}").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in headers


def test_the_page_of_one_uploader_is_not_answered_to_another_reader(client, file):
    body = upload(client, file)

    mine = client.get(f"{body['url']}?token={body['delete_token']}").text
    theirs = client.get(body["url"]).text
    guessed = client.get(f"{body['url']}?token=guess").text

    assert 'id="deletion"' in mine
    assert 'id="deletion"' not in theirs + guessed


def test_answers_to_an_upload_are_kept_by_no_cache(client, file):
    for headers in ({}, JSON):
        answer = client.post("/images", files={"file": file}, headers=headers)
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_answer_sets_a_cookie(client, file):
    body = upload(client, file)

    for address in ("/", body["url"], body["delete_url"], "/deleted", "/nowhere"):
        assert "Set-Cookie" not in client.get(address).headers
