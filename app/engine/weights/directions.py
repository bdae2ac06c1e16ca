"""The names of directions and orientations, which the names of filters contain."""

from app.messages import sentence

# Clockwise from north, the top of the picture.
DIRECTIONS = (
    sentence("north"),
    sentence("north-east"),
    sentence("east"),
    sentence("south-east"),
    sentence("south"),
    sentence("south-west"),
    sentence("west"),
    sentence("north-west"),
)
# How a line runs, read from left to right.
ORIENTATIONS = (
    sentence("horizontal"),
    sentence("rising"),
    sentence("vertical"),
    sentence("falling"),
)
