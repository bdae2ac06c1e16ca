"""Text from a stranger's file, made fit to be shown: the one home of its cleaning."""

MOST_SHOWN = 256  # characters
_CUT = "..."


def shown_text(text: str, *, most: int = MOST_SHOWN) -> str:
    """Return the text on one line, in at most `most` characters.

    Control characters, and those that turn the direction of writing or cannot be seen, become `?`. A text that
    is too long loses its middle, since names mostly differ at their ends.
    """
    if len(text) > most:
        front = (most - len(_CUT) + 1) // 2
        text = f"{text[:front]}{_CUT}{text[len(text) - (most - len(_CUT) - front) :]}"
    return "".join(c if c.isprintable() else "?" for c in text)
