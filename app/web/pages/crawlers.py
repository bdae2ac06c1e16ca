"""What a search engine may fetch: the front page, the lessons and the about page, without any settings.

Every setting is a link, so a crawler that followed them would have thousands of views computed.
"""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.lab.lab import Lab
from app.web.address.origin import origin_of
from app.web.address.subpath import root_of
from app.web.route_context import get_lab
from app.web.route_facts import SHARED_FILE, FactRouter

router = FactRouter()
CLOSED = (
    *(
        "/images",
        "/embed",
        "/ladder",
        "/weights",
        "/oembed",
        "/deleted",
        "/openapi.json",
        "/samples.jpg",
    ),
    *("/?", "/about.json", "/about?"),
    *("/lessons?", "/lessons.json", "/lessons/*?", "/lessons/*.json", "/lessons/*/"),
    *("/lessons/qr.svg", "/lessons/preview.png", "/lessons/embedding", "/lessons/snapshot.html"),
)
# They fetch a view only when a person has linked to it, for the preview of that link.
PREVIEWERS = ("facebookexternalhit", "LinkedInBot", "Slackbot-LinkExpanding", "Twitterbot")


@router.get("/robots.txt", SHARED_FILE, name="robots")
async def show_robots(request: Request) -> Response:
    """Answer what a crawler may fetch."""
    root = root_of(request.scope)
    lines = [
        *(f"User-agent: {name}" for name in PREVIEWERS),
        "Disallow:",
        "",
        "User-agent: *",
        *(f"Disallow: {root}{path}" for path in CLOSED),
        "",
        f"Sitemap: {origin_of(request.scope)}{root}/sitemap.txt",
    ]
    return PlainTextResponse("".join(f"{line}\n" for line in lines))


@router.get("/sitemap.txt", SHARED_FILE, name="sitemap")
async def show_sitemap(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer the pages to list, since no link on a page is to be followed."""
    start = f"{origin_of(request.scope)}{root_of(request.scope)}"
    lessons = [f"/lessons/{one.name}" for one in lab.lessons.lessons]
    pages = ["/", "/about", "/lessons", *lessons]
    return PlainTextResponse("".join(f"{start}{page}\n" for page in pages))
