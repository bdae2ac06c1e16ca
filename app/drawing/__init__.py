"""Turns values into pictures: colour maps, display scales, sheets of tiles, PNG files. Knows nothing of HTTP."""
