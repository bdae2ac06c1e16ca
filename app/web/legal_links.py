"""The links to the operator's statements at the foot of each page."""

from dataclasses import dataclass

from app.messages import Message, sentence
from app.settings import Settings


@dataclass(frozen=True)
class LegalLink:
    """One statement: its name and its address, which may be on another site."""

    name: Message
    address: str


def legal_links(settings: Settings) -> tuple[LegalLink, ...]:
    """Return the links that the operator has named."""
    every = (
        LegalLink(sentence("Imprint"), settings.imprint_url),
        LegalLink(sentence("Privacy"), settings.privacy_url),
        LegalLink(sentence("Accessibility"), settings.accessibility_url),
    )
    return tuple(link for link in every if link.address)
