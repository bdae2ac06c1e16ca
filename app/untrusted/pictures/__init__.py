"""Picture files from strangers to pixels: formats, limits, colour, orientation."""
