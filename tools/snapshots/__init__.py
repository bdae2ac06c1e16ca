"""Writes the views of a list of addresses as files that need no server, with a page that leads to them."""
