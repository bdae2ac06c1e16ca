"""Deep nets by their sizes alone. Nothing is convolved."""
