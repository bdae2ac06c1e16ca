"""A description without operations to one with operations, which are guessed from names, lengths and places."""
