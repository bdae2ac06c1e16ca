"""Weights of other programs: the page that takes a file, what it holds, its import and its deletion."""

from typing import Annotated, Literal, cast

from fastapi import Depends, File, Form, Response, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

from app.figures import plain_list
from app.lab.keep.views import ImportedView
from app.lab.lab import Lab
from app.lab.state.state import State
from app.lab.weights.adopted_settings import import_weights
from app.untrusted.weights.layers.choice import Choice, LayerChoice, Order
from app.web import htmx
from app.web.address.params import numbers
from app.web.address.urls import Urls
from app.web.answer_form import wants_json
from app.web.embedding.frame import PREFIX
from app.web.language.in_words import in_words
from app.web.pages.embed import check_frame
from app.web.rendering import render, urls_of
from app.web.route_context import get_import_state, get_lab
from app.web.route_facts import DATA, FORM, IMPORT, PAGE, FactRouter

TheLab = Annotated[Lab, Depends(get_lab)]
TheState = Annotated[State, Depends(get_import_state)]
TheFile = Annotated[UploadFile, File()]
TheOrder = Annotated[Literal["OIHW", "HWIO", "OHWI", ""], Form()]
TheSwitch = Annotated[Literal["on", "off", ""], Form()]


def show_import(request: Request, state: TheState, lab: TheLab) -> Response:
    """Answer the page at which a file is chosen; the settings in the query are kept."""
    return render(request, "weights", lab.imports.offer(), state, contents=None)


def show_contents(request: Request, file: TheFile, state: TheState, lab: TheLab) -> Response:
    """Answer the convolutions that a file holds, to choose two of them; nothing is kept of it."""
    contents = lab.imports.contents(file.file)
    offer = lab.imports.offer()
    return render(request, "contents", contents, state, page="weights", weights=offer)


def take_weights(
    request: Request,
    file: TheFile,
    state: TheState,
    lab: TheLab,
    first: Annotated[str, Form()] = "",
    second: Annotated[str, Form()] = "",
    first_order: TheOrder = "",
    second_order: TheOrder = "",
    first_bias: Annotated[str, Form()] = "",
    second_bias: Annotated[str, Form()] = "",
    first_batch_norm: TheSwitch = "",
    second_batch_norm: TheSwitch = "",
    bgr: TheSwitch = "",
    mean: Annotated[str, Form()] = "",
    deviation: Annotated[str, Form()] = "",
) -> Response:
    """Keep two convolutions of a file and lead to the lab with them; settings in the query are kept.

    `first` and `second` are names of tensors, as are `first_bias` and `second_bias`, which may also be `none`. A
    BatchNorm behind a convolution is folded into it unless its switch is off. `mean` and `deviation` are figures
    with commas, or as the language of the page has them: one, or one for each channel of the picture. `bgr` is on
    for nets that read blue first.
    """
    choice = Choice(
        first=_layer(first, first_order, first_bias, first_batch_norm),
        second=_layer(second, second_order, second_bias, second_batch_norm),
        bgr=bgr == "on",
    )
    input_figures = (_figures("mean", mean), _figures("deviation", deviation))
    imported, its = import_weights(
        lab.imports, lab.passes.limits, state, file.file, choice, input_figures
    )
    lab.ahead.draw(its)
    urls = urls_of(request, its)
    if wants_json(request):
        headers = {"Location": urls.lab, "Cache-Control": "no-store"}
        return JSONResponse(_told(imported, urls), 201, headers)
    headers = {"Cache-Control": "no-store"}
    if htmx.wants_fragment(request):
        return htmx.lead_to(urls.lab_with(imported.token), headers)
    return RedirectResponse(urls.lab_with(imported.token), 303, headers)


def delete(
    request: Request, weights_id: str, lab: TheLab, token: Annotated[str, Form()] = ""
) -> Response:
    """Take an import away and lead to what is said about it."""
    lab.imports.delete(weights_id, token)
    urls = urls_of(request, lab.first_state())
    return RedirectResponse(urls.weights.deleted, 303, {"Clear-Site-Data": '"cache"'})


def delete_by_address(weights_id: str, lab: TheLab, token: str = "") -> Response:
    """Take an import away."""
    lab.imports.delete(weights_id, token)
    return Response(status_code=204)


def _layer(name: str, order: str, bias: str, batch_norm: str) -> LayerChoice:
    return LayerChoice(
        name=name or None,
        order=cast("Order | None", order or None),
        bias=bias.strip() or None,
        batch_norm=batch_norm == "on" if batch_norm else None,
    )


def _figures(name: str, text: str) -> tuple[float, ...]:
    return numbers(name, plain_list(text)) if text.strip() else ()


def _told(imported: ImportedView, urls: Urls) -> dict[str, object]:
    told = vars(imported).copy()
    token = told.pop("token")
    deletion = urls.weights.deletion(imported.id, token)
    first, second = (vars(one) for one in (imported.first, imported.second))
    return {
        **told,
        **_remarks(imported),
        "first": first,
        "second": second,
        "url": urls.lab,
        "delete_token": token,
        "delete_url": deletion,
    }


def _remarks(imported: ImportedView) -> dict[str, object]:
    lists = {name: getattr(imported, name) for name in ("followed", "unfollowed", "guessed")}
    return {
        "relation": in_words(imported.relation),
        **{name: [in_words(each) for each in remarks] for name, remarks in lists.items()},
    }


router = FactRouter()
router.get("/weights", PAGE, name="weights")(show_import)
router.get("/weights.json", DATA, name="weights.json")(show_import)
router.post("/weights", IMPORT, name="import")(take_weights)
router.post("/weights/contents", IMPORT, name="contents")(show_contents)
router.post("/weights/{weights_id}/delete", FORM, name="weights.delete")(delete)
router.delete("/weights/{weights_id}", DATA, name="weights.delete.data")(delete_by_address)

framed = FactRouter(
    prefix=PREFIX, embedded=True, dependencies=[Depends(check_frame)], include_in_schema=False
)
framed.get("/weights", PAGE, name="embed.weights")(show_import)
framed.post("/weights", IMPORT, name="embed.import")(take_weights)
framed.post("/weights/contents", IMPORT, name="embed.contents")(show_contents)
framed.post("/weights/{weights_id}/delete", FORM, name="embed.weights.delete")(delete)
router.include(framed)
